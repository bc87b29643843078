using System.Collections.Concurrent;
using EdgeSync.Primitives;

namespace EdgeSync.Oci.Content;

/// <summary>Keeps content from garbage collection in this process until it is disposed of: what is fetched but has no root yet.</summary>
public sealed class ContentLease : IDisposable
{
    private readonly Action<ContentLease> _release;
    private readonly ConcurrentDictionary<Digest, byte> _digests = new();

    internal ContentLease(Action<ContentLease> release) => _release = release;

    /// <summary>Keeps this content, whether it is here already or not.</summary>
    public void Add(Digest digest) => _digests.TryAdd(digest, 0);

    /// <summary>Lets go of all of it. Safe to call twice.</summary>
    public void Dispose() => _release(this);

    internal bool Holds(Digest digest) => _digests.ContainsKey(digest);
}
