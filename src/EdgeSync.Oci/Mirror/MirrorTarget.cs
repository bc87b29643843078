using EdgeSync.Oci.References;
using EdgeSync.Primitives;

namespace EdgeSync.Oci.Mirror;

/// <summary>What a path below <c>/v2/</c> asks for. Anything that is not exactly one of the specification's pull paths is none.</summary>
internal abstract record MirrorTarget
{
    private MirrorTarget()
    {
    }

    public static MirrorTarget? Parse(string path)
    {
        // Repositories may hold slashes, so the path is read from its end.
        var last = path.LastIndexOf('/');
        var kind = last > 0 ? path.LastIndexOf('/', last - 1) : -1;
        if (kind <= 0 || !ReferenceGrammar.IsRepository(path.AsSpan(0, kind)))
        {
            return null;
        }

        var repository = path[..kind];
        var name = path[(last + 1)..];
        return path[(kind + 1)..last] switch
        {
            "manifests" when Digest.TryParse(name, out var digest) => new ManifestByDigest(digest),
            "manifests" when ReferenceGrammar.IsTag(name) => new ManifestByTag(repository, name),
            "blobs" when Digest.TryParse(name, out var digest) => new Blob(digest),
            "referrers" when Digest.TryParse(name, out var digest) => new Referrers(digest),
            "tags" when name == "list" => new Tags(repository),
            _ => null,
        };
    }

    public sealed record ManifestByTag(string Repository, string Tag) : MirrorTarget;

    public sealed record ManifestByDigest(Digest Digest) : MirrorTarget;

    public sealed record Blob(Digest Digest) : MirrorTarget;

    public sealed record Referrers(Digest Subject) : MirrorTarget;

    public sealed record Tags(string Repository) : MirrorTarget;
}
