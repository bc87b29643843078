using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using EdgeSync.Oci.Manifests;
using EdgeSync.Primitives;

namespace EdgeSync.Oci.Mirror;

/// <summary>
/// The catalog in memory: what each owner (a bundle, a channel) has published. Where two own the same name, the one that published last
/// decides. Safe for use by several threads; readers see each change whole or not at all.
/// </summary>
public sealed class MirrorCatalog : IMirrorCatalog
{
    private readonly Lock _lock = new();
    private ImmutableList<(string Owner, MirrorContent Content, ImmutableHashSet<Digest> Digests)> _published = [];

    /// <summary>Serves this content, in place of what the same owner published before.</summary>
    public void Publish(string owner, MirrorContent content)
    {
        ArgumentException.ThrowIfNullOrEmpty(owner);
        ArgumentNullException.ThrowIfNull(content);
        lock (_lock)
        {
            _published = _published.RemoveAll(entry => entry.Owner == owner).Add((owner, content, [.. content.Digests]));
        }
    }

    /// <summary>Serves nothing of this owner any more. Safe to call again.</summary>
    public void Withdraw(string owner)
    {
        lock (_lock)
        {
            _published = _published.RemoveAll(entry => entry.Owner == owner);
        }
    }

    /// <summary>Who has published something, oldest first.</summary>
    public IReadOnlyList<string> Owners => [.. Volatile.Read(ref _published).Select(entry => entry.Owner)];

    /// <inheritdoc/>
    public bool TryResolve(string? registry, string repository, string tag, [NotNullWhen(true)] out Descriptor? descriptor)
    {
        descriptor = Images(registry, repository).LastOrDefault(image => image.Tag == tag).Descriptor;
        return descriptor is not null;
    }

    /// <inheritdoc/>
    public bool IsServed(Digest digest) => Volatile.Read(ref _published).Exists(entry => entry.Digests.Contains(digest));

    /// <inheritdoc/>
    public IReadOnlyCollection<string> ListTags(string? registry, string repository) =>
        [.. Images(registry, repository).Select(image => image.Tag).OfType<string>().Distinct(StringComparer.Ordinal)];

    /// <inheritdoc/>
    public IReadOnlyList<Descriptor> ListReferrers(Digest subject) =>
        [.. Volatile.Read(ref _published).SelectMany(entry => entry.Content.Referrers.GetValueOrDefault(subject, [])).DistinctBy(d => d.Digest)];

    private IEnumerable<(string? Tag, Descriptor Descriptor)> Images(string? registry, string repository) =>
        Volatile.Read(ref _published)
            .SelectMany(entry => entry.Content.Images)
            .Where(image => image.Key.Repository == repository && (registry is null || image.Key.Registry == registry))
            .Select(image => (image.Key.Tag, image.Value));
}
