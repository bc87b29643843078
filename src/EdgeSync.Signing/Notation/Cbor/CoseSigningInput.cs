using System.Buffers.Binary;

namespace EdgeSync.Signing.Notation.Cbor;

/// <summary>What a COSE signature is over (RFC 9052, section 4.4): a list of "Signature1", the protected header, nothing, and the payload.</summary>
internal static class CoseSigningInput
{
    public static byte[] Of(ReadOnlySpan<byte> protectedHeader, ReadOnlySpan<byte> payload)
    {
        var content = new List<byte>(protectedHeader.Length + payload.Length + 24);
        content.Add(0x84);
        Write(content, 0x60, "Signature1"u8);
        Write(content, 0x40, protectedHeader);
        Write(content, 0x40, []);
        Write(content, 0x40, payload);
        return [.. content];
    }

    private static void Write(List<byte> content, byte kind, ReadOnlySpan<byte> value)
    {
        Span<byte> head = stackalloc byte[5];
        BinaryPrimitives.WriteUInt32BigEndian(head[1..], (uint)value.Length);
        switch (value.Length)
        {
            case < 24:
                content.Add((byte)(kind | value.Length));
                break;
            case < 0x100:
                content.Add((byte)(kind | 24));
                content.Add(head[4]);
                break;
            case < 0x1_0000:
                content.Add((byte)(kind | 25));
                content.AddRange(head[3..]);
                break;
            default:
                content.Add((byte)(kind | 26));
                content.AddRange(head[1..]);
                break;
        }

        content.AddRange(value);
    }
}
