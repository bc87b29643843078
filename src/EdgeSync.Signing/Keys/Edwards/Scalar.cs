using System.Buffers.Binary;

namespace EdgeSync.Signing.Keys.Edwards;

/// <summary>A number modulo the order of the base point, 2^252 + 27742317777372353535851937790883648493 (RFC 8032, section 5.1).</summary>
internal readonly struct Scalar
{
    public const int Bits = 253;
    private static readonly Scalar Order = new(0x5812631a5cf5d3ed, 0x14def9dea2f79cd6, 0, 0x1000000000000000);
    private readonly ulong _a, _b, _c, _d;

    private Scalar(ulong a, ulong b, ulong c, ulong d) => (_a, _b, _c, _d) = (a, b, c, d);

    /// <summary>Reads 32 bytes, little end first; false where they are not below the order, so that a signature has one spelling.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out Scalar scalar)
    {
        scalar = new Scalar(
            BinaryPrimitives.ReadUInt64LittleEndian(bytes),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]));
        return scalar.IsBelow(Order);
    }

    /// <summary>The rest of a hash, little end first, bit by bit: 512 steps cost next to nothing beside the curve.</summary>
    public static Scalar Reduce(ReadOnlySpan<byte> hash)
    {
        var rest = default(Scalar);
        for (var bit = (hash.Length * 8) - 1; bit >= 0; bit--)
        {
            rest = rest.DoubledPlus((ulong)(hash[bit / 8] >> (bit % 8)) & 1);
            rest = rest.IsBelow(Order) ? rest : rest.Minus(Order);
        }

        return rest;
    }

    public bool Bit(int index) => ((index < 64 ? _a : index < 128 ? _b : index < 192 ? _c : _d) >> (index % 64) & 1) == 1;

    private bool IsBelow(Scalar other) =>
        _d != other._d ? _d < other._d : _c != other._c ? _c < other._c : _b != other._b ? _b < other._b : _a < other._a;

    private Scalar DoubledPlus(ulong bit) => new((_a << 1) | bit, (_b << 1) | (_a >> 63), (_c << 1) | (_b >> 63), (_d << 1) | (_c >> 63));

    private Scalar Minus(Scalar other)
    {
        var low = new UInt128(_b, _a) - new UInt128(other._b, other._a);
        var borrow = new UInt128(_b, _a) < new UInt128(other._b, other._a) ? UInt128.One : UInt128.Zero;
        var high = new UInt128(_d, _c) - new UInt128(other._d, other._c) - borrow;
        return new Scalar((ulong)low, (ulong)(low >> 64), (ulong)high, (ulong)(high >> 64));
    }
}
