using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using EdgeSync.Primitives.Text;

namespace EdgeSync.Hq.Api;

/// <summary>Reads a small JSON body strictly.</summary>
internal static class JsonBody
{
    private const int MaxBytes = 32 * 1024;

    /// <summary>Throws <see cref="HqException"/> with <see cref="HqReasons.RequestInvalid"/> for anything that is not what it should be.</summary>
    public static async Task<T> ReadAsync<T>(HttpRequest request, JsonTypeInfo<T> typeInfo)
    {
        var body = await ReadBytesAsync(request);
        try
        {
            return StrictJson.Read(body.Span, typeInfo);
        }
        catch (JsonException failure)
        {
            throw new HqException(HqReasons.RequestInvalid, $"the request is not what it should be: {failure.Message}", failure);
        }
    }

    /// <summary>The bytes as they came, not looked at. Throws <see cref="HqException"/> where there are too many.</summary>
    public static async Task<ReadOnlyMemory<byte>> ReadBytesAsync(HttpRequest request)
    {
        if (!request.HasJsonContentType())
        {
            throw new HqException(HqReasons.RequestInvalid, "the request's content type must be application/json");
        }

        var buffer = new byte[MaxBytes + 1];
        var length = await request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, request.HttpContext.RequestAborted);
        if (length > MaxBytes)
        {
            throw new HqException(HqReasons.RequestInvalid, $"the request has more than {MaxBytes} bytes");
        }

        return buffer.AsMemory(0, length);
    }
}
