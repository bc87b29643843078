using System.Collections.Concurrent;
using EdgeSync.Primitives;

namespace EdgeSync.Oci.Content;

/// <summary>Keeps content from garbage collection in this process until it is disposed of: what is fetched but has no root yet.</summary>
public sealed class ContentLease : IDisposable
{
    private readonly ConcurrentDictionary<ContentLease, byte> _leases;
    private readonly ConcurrentDictionary<Digest, byte> _digests = new();

    internal ContentLease(ConcurrentDictionary<ContentLease, byte> leases)
    {
        _leases = leases;
        _leases.TryAdd(this, 0);
    }

    /// <summary>Keeps this content, whether it is here already or not.</summary>
    public void Add(Digest digest) => _digests.TryAdd(digest, 0);

    /// <summary>Stops keeping all of it. Safe to call twice.</summary>
    public void Dispose() => _leases.TryRemove(this, out _);

    internal bool Holds(Digest digest) => _digests.ContainsKey(digest);
}
