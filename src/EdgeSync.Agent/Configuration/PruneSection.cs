using EdgeSync.Yaml;

namespace EdgeSync.Agent.Configuration;

/// <summary><c>prune</c>: how much a bundle may delete without a release that allows it.</summary>
/// <param name="MaxShare">The share of the owned objects, above 0 and up to 1.</param>
internal sealed record PruneSection(double MaxShare)
{
    public static PruneSection Read(YamlSection reader) => new(reader.Share("maxShare", 0.25));
}
