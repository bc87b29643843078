using EdgeSync.Oci.Manifests;
using EdgeSync.Oci.References;
using EdgeSync.Primitives;

namespace EdgeSync.Oci.Mirror;

/// <summary>What one verified bundle gives the mirror to serve.</summary>
/// <param name="Images">
/// The images by the names that manifests use, completed (<see cref="OciReference.TryParseImage"/>). A name with a digest only needs no
/// entry; one with a tag and a digest is served under its tag too.
/// </param>
/// <param name="Digests">Every manifest and blob that may be served; see <c>ContentStore.ReachableAsync</c>.</param>
public sealed record MirrorContent(IReadOnlyDictionary<OciReference, Descriptor> Images, IReadOnlyCollection<Digest> Digests)
{
    /// <summary>What refers to manifests of this bundle, by subject. Default: nothing.</summary>
    public IReadOnlyDictionary<Digest, IReadOnlyList<Descriptor>> Referrers { get; init; } =
        new Dictionary<Digest, IReadOnlyList<Descriptor>>();
}
