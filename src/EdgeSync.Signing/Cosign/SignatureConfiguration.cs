using System.Text.Json.Serialization;

namespace EdgeSync.Signing.Cosign;

/// <summary>
/// The image configuration that cosign stores with signatures. It has no meaning, but registries and tools require one with an entry for each layer.
/// </summary>
internal sealed record SignatureConfiguration(
    string Architecture, string Created, IReadOnlyList<SignatureConfiguration.HistoryEntry> History, string Os,
    SignatureConfiguration.RootFileSystem Rootfs, SignatureConfiguration.Runtime Config)
{
    private const string NoTime = "0001-01-01T00:00:00Z";

    public static SignatureConfiguration For(IEnumerable<string> layers)
    {
        List<string> digests = [.. layers];
        return new SignatureConfiguration(
            "", NoTime, [.. digests.Select(_ => new HistoryEntry(NoTime))], "", new RootFileSystem("layers", digests), new Runtime());
    }

    internal sealed record HistoryEntry(string Created);

    internal sealed record RootFileSystem(string Type, [property: JsonPropertyName("diff_ids")] IReadOnlyList<string> DiffIds);

    internal sealed record Runtime;
}
