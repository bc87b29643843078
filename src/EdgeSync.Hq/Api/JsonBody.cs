using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Text;

namespace EdgeSync.Hq.Api;

/// <summary>Reads a small JSON body and rejects duplicate or unexpected content.</summary>
internal static class JsonBody
{
    private const int MaxBytes = 32 * 1024;

    /// <summary>Throws <see cref="HqException"/> with <see cref="HqReasons.RequestInvalid"/> if the body is not a valid <typeparamref name="T"/>.</summary>
    public static async Task<T> ReadAsync<T>(HttpRequest request, JsonTypeInfo<T> typeInfo)
    {
        var body = await ReadBytesAsync(request);
        try
        {
            return StrictJson.Read(body.Span, typeInfo);
        }
        catch (JsonException failure)
        {
            throw new HqException(HqReasons.RequestInvalid, $"the request is not valid: {FaultText.Describe(failure)}", failure);
        }
    }

    /// <summary>Reads the bytes without parsing them. Throws <see cref="HqException"/> if there are too many.</summary>
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
