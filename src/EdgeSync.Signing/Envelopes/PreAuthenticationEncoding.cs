using System.Buffers;
using System.Globalization;
using System.Text;

namespace EdgeSync.Signing.Envelopes;

/// <summary>The bytes that a DSSE signature is over: <c>DSSEv1 SP LEN(type) SP type SP LEN(body) SP body</c> (DSSE protocol, "PAE").</summary>
public static class PreAuthenticationEncoding
{
    /// <summary>Encodes the type and the payload so that no two pairs have the same bytes.</summary>
    public static byte[] Of(string payloadType, ReadOnlySpan<byte> payload)
    {
        ArgumentNullException.ThrowIfNull(payloadType);
        var type = Encoding.UTF8.GetBytes(payloadType);
        var writer = new ArrayBufferWriter<byte>(type.Length + payload.Length + 64);
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"DSSEv1 {type.Length} "), writer);
        writer.Write(type);
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $" {payload.Length} "), writer);
        writer.Write(payload);
        return writer.WrittenSpan.ToArray();
    }
}
