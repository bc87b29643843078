using EdgeSync.Signing.Policies;

namespace EdgeSync.Agent.Configuration;

/// <summary><c>trust</c>: whose signatures this site accepts: the keys of both roles, or a file that says more.</summary>
internal sealed record TrustSection
{
    /// <summary>The full path of <c>trust.yaml</c>; null where the keys stand here.</summary>
    public string? File { get; init; }

    /// <summary>Who may say what a channel delivers; null beside <see cref="File"/>.</summary>
    public TrustRole? Releases { get; init; }

    /// <summary>Who may build what is delivered; null beside <see cref="File"/>.</summary>
    public TrustRole? Bundles { get; init; }

    /// <summary>What stands in <see cref="File"/>; null without one, or where files are not looked at.</summary>
    public TrustPolicy? FilePolicy { get; init; }

    public static TrustSection Read(SectionReader reader)
    {
        if (!reader.Has("file"))
        {
            return new TrustSection { Releases = reader.Section("releases", TrustRole.Read), Bundles = reader.Section("bundles", TrustRole.Read) };
        }

        if (reader.Has("releases") || reader.Has("bundles"))
        {
            reader.Fault("file", "contradicts releases and bundles, which are the short form of the same; keep one of both");
        }

        return new TrustSection { File = reader.OptionalFile("file") };
    }

    /// <summary>The policy. Throws <see cref="EdgeSync.Signing.SigningException"/> that names every key file that cannot be used.</summary>
    public async Task<TrustPolicy> LoadPolicyAsync(CancellationToken cancellationToken) =>
        FilePolicy ?? (File is { } file
            ? Trust.TrustFile.Load(file)
            : await TrustPolicy.LoadAsync(
                new TrustPolicyFiles(Releases!.Keys, Releases.Threshold, Bundles!.Keys, Bundles.Threshold), cancellationToken));
}
