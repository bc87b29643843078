using EdgeSync.Signing.Policies;
using EdgeSync.Yaml;

namespace EdgeSync.Agent.Configuration;

/// <summary><c>trust</c>: whose signatures this site accepts, given as keys for two roles, as a file, or as a trust root.</summary>
internal sealed record TrustSection
{
    private static readonly string[] OtherForms = ["file", "releases", "bundles"];

    /// <summary>The full path of <c>trust.yaml</c>; null when the keys are given here.</summary>
    public string? File { get; init; }

    /// <summary>The full path of the pinned trust root; null when the site uses none.</summary>
    public string? Root { get; init; }

    /// <summary>The repository of newer trust roots; null for that of the first channel.</summary>
    public string? Repository { get; init; }

    /// <summary>Whose signatures make a release valid; null with <see cref="File"/> and <see cref="Root"/>.</summary>
    public TrustRole? Releases { get; init; }

    /// <summary>Whose signatures make a bundle valid; null with <see cref="File"/> and <see cref="Root"/>.</summary>
    public TrustRole? Bundles { get; init; }

    /// <summary>The policy in <see cref="File"/>; null without one, or when files are not read.</summary>
    public TrustPolicy? FilePolicy { get; init; }

    public static TrustSection Read(YamlSection reader)
    {
        if (reader.Has("root"))
        {
            return ReadRoot(reader);
        }

        if (reader.Has("repository"))
        {
            reader.Fault("repository", "is where newer trust roots come from, and there is no 'root'; write 'root: root.json' or remove it");
        }

        if (!reader.Has("file"))
        {
            return new TrustSection { Releases = reader.Section("releases", TrustRole.Read), Bundles = reader.Section("bundles", TrustRole.Read) };
        }

        if (reader.Has("releases") || reader.Has("bundles"))
        {
            reader.Fault("file", "contradicts releases and bundles, which are the short form of the same; keep one of the two");
        }

        return new TrustSection { File = reader.OptionalFile("file") };
    }

    private static TrustSection ReadRoot(YamlSection reader)
    {
        foreach (var other in OtherForms.Where(reader.Has))
        {
            reader.Fault(other, "contradicts root, which names the trusted keys; keep one of the two");
        }

        var section = new TrustSection { Root = reader.OptionalFile("root"), Repository = reader.OptionalText("repository") };
        if (section.Repository is { } repository && RepositoryName.Problem(repository) is { } problem)
        {
            reader.Fault("repository", problem);
        }

        return section;
    }

    /// <summary>The policy. Throws <see cref="EdgeSync.Signing.SigningException"/> that names every key file that cannot be used.</summary>
    public async Task<TrustPolicy> LoadPolicyAsync(CancellationToken cancellationToken) =>
        FilePolicy ?? (File is { } file
            ? Trust.TrustFile.Load(file)
            : await TrustPolicy.LoadAsync(
                new TrustPolicyFiles(Releases!.Keys, Releases.Threshold, Bundles!.Keys, Bundles.Threshold), cancellationToken));
}
