using System.Buffers.Binary;

namespace EdgeSync.Signing.Keys.Edwards;

/// <summary>
/// A number modulo 2^255 - 19, in five limbs of 51 bits. Only public values are ever computed with, so that nothing here runs in constant time.
/// </summary>
internal readonly struct FieldElement
{
    public const int Size = 32;

    private const ulong Mask = (1UL << 51) - 1;
    private readonly ulong _a, _b, _c, _d, _e;

    // Each limb is below 2^52 after this; products of two such limbs, times 19 and added five times, stay below 2^115.
    private FieldElement(ulong a, ulong b, ulong c, ulong d, ulong e)
    {
        _a = (a & Mask) + ((e >> 51) * 19);
        _b = (b & Mask) + (a >> 51);
        _c = (c & Mask) + (b >> 51);
        _d = (d & Mask) + (c >> 51);
        _e = (e & Mask) + (d >> 51);
    }

    public static FieldElement Zero => default;

    public static FieldElement One => Of(1);

    public bool IsZero => Equals(Zero);

    /// <summary>The lowest bit of the one value below the prime: the "sign" of RFC 8032, section 5.1.2.</summary>
    public bool IsNegative
    {
        get
        {
            Span<byte> bytes = stackalloc byte[Size];
            Write(bytes);
            return (bytes[0] & 1) == 1;
        }
    }

    public static FieldElement Of(ulong value) => new(value & Mask, value >> 51, 0, 0, 0);

    /// <summary>Reads 32 bytes, little end first, without the highest bit; false where the value is not below the prime.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out FieldElement element)
    {
        var (a, b, c, d) = (Word(bytes, 0), Word(bytes, 8), Word(bytes, 16), Word(bytes, 24) & (ulong.MaxValue >> 1));
        element = new FieldElement(
            a & Mask,
            ((a >> 51) | (b << 13)) & Mask,
            ((b >> 38) | (c << 26)) & Mask,
            ((c >> 25) | (d << 39)) & Mask,
            d >> 12);
        Span<byte> again = stackalloc byte[Size];
        element.Write(again);
        return again[..31].SequenceEqual(bytes[..31]) && again[31] == (bytes[31] & 0x7f);
    }

    /// <summary>Writes the one value below the prime.</summary>
    public void Write(Span<byte> bytes)
    {
        var reduced = new FieldElement(_a, _b, _c, _d, _e);
        var (a, b, c, d, e) = (reduced._a, reduced._b, reduced._c, reduced._d, reduced._e);

        // Whether the value is at least the prime: add 19 and see what carries out of the top.
        var carry = (a + 19) >> 51;
        carry = (b + carry) >> 51;
        carry = (c + carry) >> 51;
        carry = (d + carry) >> 51;
        carry = (e + carry) >> 51;
        a += 19 * carry;
        b += a >> 51;
        c += b >> 51;
        d += c >> 51;
        e += d >> 51;
        (a, b, c, d, e) = (a & Mask, b & Mask, c & Mask, d & Mask, e & Mask);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, a | (b << 51));
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], (b >> 13) | (c << 38));
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[16..], (c >> 26) | (d << 25));
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[24..], (d >> 39) | (e << 12));
    }

    public bool Equals(FieldElement other)
    {
        Span<byte> mine = stackalloc byte[Size];
        Span<byte> its = stackalloc byte[Size];
        Write(mine);
        other.Write(its);
        return mine.SequenceEqual(its);
    }

    public FieldElement Negate() => Zero - this;

    /// <summary>To the power of 2^252 - 3, which is (p - 5) / 8 (RFC 8032, section 5.1.3).</summary>
    public FieldElement PowerForRoot() => Power(252, 3);

    /// <summary>To the power of p - 2, which is 1 / this.</summary>
    public FieldElement Invert() => Power(255, 21);

    /// <summary>To the power of 2^bits - minus, for a small minus.</summary>
    public FieldElement Power(int bits, uint minus)
    {
        var result = One;
        for (var bit = bits - 1; bit >= 0; bit--)
        {
            result *= result;
            var one = bit >= 8 || (((256 - minus) >> bit) & 1) == 1;
            result = one ? result * this : result;
        }

        return result;
    }

    public static FieldElement operator +(FieldElement x, FieldElement y) =>
        new(x._a + y._a, x._b + y._b, x._c + y._c, x._d + y._d, x._e + y._e);

    // Four times the prime is added first, so that no limb goes below zero.
    public static FieldElement operator -(FieldElement x, FieldElement y) => new(
        x._a + ((Mask - 18) * 4) - y._a, x._b + (Mask * 4) - y._b, x._c + (Mask * 4) - y._c, x._d + (Mask * 4) - y._d, x._e + (Mask * 4) - y._e);

    public static FieldElement operator *(FieldElement x, FieldElement y)
    {
        var (b19, c19, d19, e19) = (y._b * 19, y._c * 19, y._d * 19, y._e * 19);
        var a = M(x._a, y._a) + M(x._b, e19) + M(x._c, d19) + M(x._d, c19) + M(x._e, b19);
        var b = M(x._a, y._b) + M(x._b, y._a) + M(x._c, e19) + M(x._d, d19) + M(x._e, c19) + (a >> 51);
        var c = M(x._a, y._c) + M(x._b, y._b) + M(x._c, y._a) + M(x._d, e19) + M(x._e, d19) + (b >> 51);
        var d = M(x._a, y._d) + M(x._b, y._c) + M(x._c, y._b) + M(x._d, y._a) + M(x._e, e19) + (c >> 51);
        var e = M(x._a, y._e) + M(x._b, y._d) + M(x._c, y._c) + M(x._d, y._b) + M(x._e, y._a) + (d >> 51);
        var low = ((UInt128)((ulong)a & Mask)) + ((e >> 51) * 19);
        return new FieldElement((ulong)low & Mask, ((ulong)b & Mask) + (ulong)(low >> 51), (ulong)c & Mask, (ulong)d & Mask, (ulong)e & Mask);
    }

    private static UInt128 M(ulong x, ulong y)
    {
        var high = Math.BigMul(x, y, out var low);
        return new UInt128(high, low);
    }

    private static ulong Word(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]);
}
