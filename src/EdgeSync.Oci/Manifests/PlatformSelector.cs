namespace EdgeSync.Oci.Manifests;

/// <summary>
/// Chooses the image of an index for a platform as containerd does when it pulls, so that the site holds exactly what the runtime will ask
/// the mirror for: best variant first, older variants after it, 32-bit images of the same family last. After all come entries that do not say their
/// platform, as what they are: containerd reads their configuration too.
/// </summary>
public static class PlatformSelector
{
    /// <summary>The largest configuration of an image that is read, in bytes.</summary>
    public const int MaxConfigurationSize = 4 * 1024 * 1024;

    private const int NoMatch = int.MaxValue;

    // More than any image has; each costs two requests.
    private const int MaxRead = 32;

    /// <summary>
    /// The best entry for the platform, or null where none runs on it. <paramref name="platformOf"/> reads the platform of an entry that does not say it,
    /// and gives null for one that is no image (<see cref="ReadPlatformAsync"/>); what it found is in the result.
    /// </summary>
    public static async Task<Descriptor?> SelectAsync(
        ImageIndex index,
        OciPlatform platform,
        Func<Descriptor, CancellationToken, Task<OciPlatform?>> platformOf,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(platformOf);
        if (Select(index, platform) is { } stated)
        {
            return stated;
        }

        var silent = index.Manifests.Where(entry => entry.Platform is not { IsComplete: true }).ToList();
        foreach (var entry in silent.Where(entry => MediaTypes.IsManifest(entry.MediaType) && entry.ArtifactType is null).Take(MaxRead))
        {
            if (await platformOf(entry, cancellationToken) is { } found
                && Select(index with { Manifests = [entry with { Platform = found }] }, platform) is { } image)
            {
                return entry with { Platform = found };
            }
        }

        // An index in an index: what is in it says its platform.
        return silent.Find(entry => MediaTypes.IsIndex(entry.MediaType));
    }

    /// <summary>The platform of an image by its configuration; null for what is no image.</summary>
    public static async Task<OciPlatform?> ReadPlatformAsync(
        Descriptor entry,
        Func<Descriptor, CancellationToken, Task<ReceivedManifest>> readManifest,
        Func<Descriptor, CancellationToken, Task<byte[]>> readConfiguration,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(readManifest);
        ArgumentNullException.ThrowIfNull(readConfiguration);
        return (await readManifest(entry, cancellationToken)).Content is ImageManifest { ArtifactType: null } image
            && image.Config is { MediaType: MediaTypes.ImageConfig or MediaTypes.DockerImageConfig, Size: <= MaxConfigurationSize }
                ? OciPlatform.FromConfiguration(await readConfiguration(image.Config, cancellationToken))
                : null;
    }

    /// <summary>The best of the entries that say their platform, or null where none of them runs on it.</summary>
    public static Descriptor? Select(ImageIndex index, OciPlatform platform)
    {
        ArgumentNullException.ThrowIfNull(index);
        ArgumentNullException.ThrowIfNull(platform);

        var wanted = Compatible(platform.Normalize());
        return index.Manifests
            .Select(entry => (Entry: entry, Rank: Rank(entry, wanted)))
            .Where(candidate => candidate.Rank != NoMatch)
            .OrderBy(candidate => candidate.Rank)
            .Select(candidate => candidate.Entry)
            .FirstOrDefault();
    }

    private static int Rank(Descriptor entry, List<(string Architecture, string? Variant)> wanted)
    {
        if (entry.Platform is not { IsComplete: true } platform)
        {
            return NoMatch;
        }

        var offered = platform.Normalize();
        var rank = offered.Os == "linux" ? wanted.IndexOf((offered.Architecture, offered.Variant)) : -1;
        return rank >= 0 ? rank : NoMatch;
    }

    private static List<(string Architecture, string? Variant)> Compatible(OciPlatform platform)
    {
        var level = Level(platform.Variant);
        return platform.Architecture switch
        {
            "amd64" => [.. Down("amd64", level, lowest: 2), ("amd64", null), ("386", null)],
            "arm64" => [.. Down("arm64", level, lowest: 9), ("arm64", null), .. Down("arm", 8, lowest: 5)],
            "arm" => [.. Down("arm", level, lowest: 5)],
            _ => [(platform.Architecture, platform.Variant)],
        };
    }

    private static IEnumerable<(string Architecture, string? Variant)> Down(string architecture, int highest, int lowest)
    {
        for (var level = highest; level >= lowest; level--)
        {
            yield return (architecture, $"v{level}");
        }
    }

    private static int Level(string? variant) => variant is ['v', >= '0' and <= '9'] ? variant[1] - '0' : 0;
}
