using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace EdgeSync.Contracts.Tests;

/// <summary>A message and how it is written and read.</summary>
internal sealed record WireSample(byte[] Json, Func<byte[], byte[]> ReadAndWrite)
{
    public static WireSample Of<T>(T message, JsonTypeInfo<T> type) => new(
        JsonSerializer.SerializeToUtf8Bytes(message, type),
        json => JsonSerializer.SerializeToUtf8Bytes(JsonSerializer.Deserialize(json, type)!, type));
}
