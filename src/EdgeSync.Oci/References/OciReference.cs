using System.Diagnostics.CodeAnalysis;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Text;

namespace EdgeSync.Oci.References;

/// <summary>
/// The full name of something in a registry: <c>registry/repository[:tag][@digest]</c>. Always valid: <see cref="ReferenceGrammar"/> has
/// been asked for every part.
/// </summary>
public sealed record OciReference
{
    /// <summary>The registry that names without a registry mean.</summary>
    public const string DockerHub = "docker.io";

    private const string LegacyDockerHub = "index.docker.io";
    private const string OfficialPrefix = "library/";
    private const string DefaultTag = "latest";

    // Registry and repository, a colon with a tag, and an at sign with a digest.
    private const int MaxLength = ReferenceGrammar.MaxNameLength + 1 + ReferenceGrammar.MaxTagLength + 1 + 71;

    private OciReference(string registry, string repository, string? tag, Digest? digest)
    {
        Registry = registry;
        Repository = repository;
        Tag = tag;
        Digest = digest;
    }

    /// <summary>Host, or host and port, as written.</summary>
    public string Registry { get; }

    /// <summary>The path inside the registry.</summary>
    public string Repository { get; }

    /// <summary>The tag, or null.</summary>
    public string? Tag { get; }

    /// <summary>The digest, or null. Where both are there, the digest decides.</summary>
    public Digest? Digest { get; }

    /// <summary>Registry and repository without tag and digest.</summary>
    public string Name => $"{Registry}/{Repository}";

    /// <summary>Puts a reference together. Throws <see cref="FormatException"/> for a part that is not valid.</summary>
    public static OciReference Create(string registry, string repository, string? tag = null, Digest? digest = null) =>
        TryCreate(registry, repository, tag, digest, out var reference)
            ? reference
            : throw new FormatException($"'{registry}/{repository}' with the tag '{tag}' is not a valid reference");

    /// <summary>
    /// Reads a full reference, strictly: the registry must be there, and nothing is added. False for anything else.
    /// </summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out OciReference? reference)
    {
        reference = null;
        if (!TrySplit(text, out var name, out var tag, out var digest))
        {
            return false;
        }

        var slash = name.IndexOf('/', StringComparison.Ordinal);
        return slash > 0
            && ReferenceGrammar.LooksLikeRegistry(name.AsSpan(0, slash))
            && TryCreate(name[..slash], name[(slash + 1)..], tag, digest, out reference);
    }

    /// <summary>As <see cref="TryParse"/>, but throws <see cref="FormatException"/> with words for a person.</summary>
    public static OciReference Parse(string text) =>
        TryParse(text, out var reference)
            ? reference
            : throw new FormatException($"'{Shorten(text)}' is not a reference: write registry/repository:tag or registry/repository@sha256:…");

    /// <summary>
    /// Reads an image name as Kubernetes manifests write it, and completes it as the container runtime does: <c>nginx</c> is
    /// <c>docker.io/library/nginx:latest</c>. False for what the runtime would refuse.
    /// </summary>
    public static bool TryParseImage([NotNullWhen(true)] string? text, [NotNullWhen(true)] out OciReference? reference)
    {
        reference = null;
        if (!TrySplit(text, out var name, out var tag, out var digest))
        {
            return false;
        }

        var slash = name.IndexOf('/', StringComparison.Ordinal);
        var hasRegistry = slash > 0 && ReferenceGrammar.LooksLikeRegistry(name.AsSpan(0, slash));
        var registry = hasRegistry ? name[..slash] : DockerHub;
        var repository = hasRegistry ? name[(slash + 1)..] : name;
        registry = registry == LegacyDockerHub ? DockerHub : registry;
        if (registry == DockerHub && !repository.Contains('/', StringComparison.Ordinal))
        {
            repository = OfficialPrefix + repository;
        }

        return TryCreate(registry, repository, tag ?? (digest is null ? DefaultTag : null), digest, out reference);
    }

    /// <summary>As <see cref="TryParseImage"/>, but throws <see cref="FormatException"/> with words for a person.</summary>
    public static OciReference ParseImage(string text) =>
        TryParseImage(text, out var reference)
            ? reference
            : throw new FormatException($"'{Shorten(text)}' is not an image name that a container runtime accepts");

    /// <summary>The same repository with another tag and no digest.</summary>
    public OciReference WithTag(string tag) => Create(Registry, Repository, tag);

    /// <summary>The same repository with this digest and no tag.</summary>
    public OciReference WithDigest(Digest digest) => new(Registry, Repository, tag: null, digest);

    /// <inheritdoc/>
    public override string ToString() =>
        Name + (Tag is null ? "" : ":" + Tag) + (Digest is { } digest ? "@" + digest : "");

    private static bool TryCreate(
        string registry, string repository, string? tag, Digest? digest, [NotNullWhen(true)] out OciReference? reference)
    {
        var valid = registry.Length + 1 + repository.Length <= ReferenceGrammar.MaxNameLength
            && ReferenceGrammar.IsRegistry(registry)
            && ReferenceGrammar.IsRepository(repository)
            && (tag is null || ReferenceGrammar.IsTag(tag));
        reference = valid ? new OciReference(registry, repository, tag, digest) : null;
        return valid;
    }

    private static bool TrySplit([NotNullWhen(true)] string? text, out string name, out string? tag, out Digest? digest)
    {
        (name, tag, digest) = ("", null, null);
        if (text is null || text.Length > MaxLength)
        {
            return false;
        }

        name = text;
        var at = name.IndexOf('@', StringComparison.Ordinal);
        if (at >= 0)
        {
            if (!Primitives.Digest.TryParse(name[(at + 1)..], out var parsed))
            {
                return false;
            }

            digest = parsed;
            name = name[..at];
        }

        // A colon after the last slash begins a tag; one before it belongs to the registry's port.
        var colon = name.LastIndexOf(':');
        if (colon > name.LastIndexOf('/'))
        {
            tag = name[(colon + 1)..];
            name = name[..colon];
        }

        return name.Length > 0;
    }

    private static string Shorten(string? text) => ShortText.Of(text ?? "", 200);
}
