namespace EdgeSync.Oci.Manifests;

/// <summary>
/// Chooses the image of an index for a platform as containerd does when it pulls, so that the site holds exactly what the runtime will ask
/// the mirror for: best variant first, older variants after it, 32-bit images of the same family last, entries without a platform after all.
/// </summary>
public static class PlatformSelector
{
    private const int NoMatch = int.MaxValue;

    /// <summary>The best entry for the platform, or null where none runs on it.</summary>
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
        if (entry.Platform is null)
        {
            return wanted.Count;
        }

        var offered = entry.Platform.Normalize();
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
