namespace EdgeSync.Signing.Keys.Edwards;

/// <summary>A point of edwards25519 in extended coordinates (RFC 8032, section 5.1.4).</summary>
internal readonly struct CurvePoint
{
    private static readonly FieldElement D = FieldElement.Of(121665).Negate() * FieldElement.Of(121666).Invert();
    private static readonly FieldElement TwoD = D + D;

    // 2^((p - 1) / 4), a square root of -1: (p - 1) / 4 = 2^253 - 5.
    private static readonly FieldElement RootOfMinusOne = FieldElement.Of(2).Power(253, 5);
    private readonly FieldElement _x, _y, _z, _t;

    private CurvePoint(FieldElement x, FieldElement y, FieldElement z, FieldElement t) => (_x, _y, _z, _t) = (x, y, z, t);

    public static CurvePoint Identity { get; } = new(FieldElement.Zero, FieldElement.One, FieldElement.One, FieldElement.Zero);

    /// <summary>The base point: y = 4/5, and x even.</summary>
    public static CurvePoint Base { get; } = ReadBase();

    /// <summary>Whether eight times this is nothing: keys of that kind verify what nobody signed.</summary>
    public bool IsOfSmallOrder
    {
        get
        {
            var two = this + this;
            var four = two + two;
            var eight = four + four;
            return eight._x.IsZero && eight._y.Equals(eight._z);
        }
    }

    /// <summary>Decodes 32 bytes (RFC 8032, section 5.1.3); false where they are no point, or not its one spelling.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out CurvePoint point)
    {
        point = default;
        if (bytes.Length != FieldElement.Size || !FieldElement.TryRead(bytes, out var y))
        {
            return false;
        }

        var square = y * y;
        var u = square - FieldElement.One;
        var v = (D * square) + FieldElement.One;
        var v3 = v * v * v;
        var x = u * v3 * (u * v3 * v3 * v).PowerForRoot();
        var check = v * x * x;
        if (!check.Equals(u))
        {
            if (!check.Equals(u.Negate()))
            {
                return false;
            }

            x *= RootOfMinusOne;
        }

        var negative = (bytes[31] & 0x80) != 0;
        if (negative && x.IsZero)
        {
            return false;
        }

        x = x.IsNegative == negative ? x : x.Negate();
        point = new CurvePoint(x, y, FieldElement.One, x * y);
        return true;
    }

    public void Write(Span<byte> bytes)
    {
        var inverse = _z.Invert();
        (_y * inverse).Write(bytes);
        bytes[31] |= (_x * inverse).IsNegative ? (byte)0x80 : (byte)0;
    }

    public CurvePoint Negate() => new(_x.Negate(), _y, _z, _t.Negate());

    // These formulas are complete on this curve: they hold for doubling and for the identity too.
    public static CurvePoint operator +(CurvePoint p, CurvePoint q)
    {
        var a = (p._y - p._x) * (q._y - q._x);
        var b = (p._y + p._x) * (q._y + q._x);
        var c = p._t * TwoD * q._t;
        var d = p._z * q._z;
        d += d;
        var (e, f, g, h) = (b - a, d - c, d + c, b + a);
        return new CurvePoint(e * f, g * h, f * g, e * h);
    }

    private static CurvePoint ReadBase()
    {
        Span<byte> bytes = stackalloc byte[FieldElement.Size];
        bytes.Fill(0x66);
        bytes[0] = 0x58;
        return TryRead(bytes, out var point) ? point : throw new InvalidOperationException("the base point of edwards25519 is on the curve");
    }
}
