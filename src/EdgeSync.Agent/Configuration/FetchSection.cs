using EdgeSync.Yaml;

namespace EdgeSync.Agent.Configuration;

/// <summary><c>fetch</c>: how much of the link and the disk downloads may take.</summary>
/// <param name="Parallel">Blobs at a time.</param>
/// <param name="MaxBlobSize">A larger blob is refused before it is fetched; bytes.</param>
internal sealed record FetchSection(int Parallel, long MaxBlobSize)
{
    public static FetchSection Read(YamlSection reader) =>
        new(reader.Number("parallel", 3, 1, 16), reader.Size("maxBlobSize", 10L << 30, 1L << 20));
}
