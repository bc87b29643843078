using System.Diagnostics.CodeAnalysis;
using EdgeSync.Oci.Manifests;
using EdgeSync.Primitives;

namespace EdgeSync.Oci.Mirror;

/// <summary>
/// Names what the mirror may serve. Content of the store that is not named here does not exist for a client: only content of verified
/// bundles belongs in it. Called from several threads.
/// </summary>
public interface IMirrorCatalog
{
    /// <summary>
    /// The manifest behind a tag. <paramref name="registry"/> is the registry that the client believes to ask (<c>docker.io</c>), or null
    /// where it does not say.
    /// </summary>
    bool TryResolve(string? registry, string repository, string tag, [NotNullWhen(true)] out Descriptor? descriptor);

    /// <summary>Whether this manifest or blob may be served.</summary>
    bool IsServed(Digest digest);

    /// <summary>The tags of a repository, in no order; empty where it has none.</summary>
    IReadOnlyCollection<string> ListTags(string? registry, string repository);

    /// <summary>What refers to a manifest and may be served.</summary>
    IReadOnlyList<Descriptor> ListReferrers(Digest subject);
}
