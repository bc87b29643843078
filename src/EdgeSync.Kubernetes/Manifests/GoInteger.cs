using System.Diagnostics.CodeAnalysis;

namespace EdgeSync.Kubernetes.Manifests;

/// <summary>Integers as Go's <c>strconv.ParseInt(text, 0, 64)</c> and then <c>ParseUint</c> read them: 0x, 0o, 0b, and 0 for octal.</summary>
internal static class GoInteger
{
    /// <summary>Gives a long where it fits, else a ulong; false if the text is no integer or too large for 64 bits.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out object? value)
    {
        value = null;

        // Behind 0b the library calls ParseInt once more, which takes a sign there.
        if (text is ['0', 'b', '+' or '-', ..])
        {
            return TryParseBinary(text.AsSpan(2), out value);
        }

        var digits = text.AsSpan();
        var isSigned = digits is ['+' or '-', ..];
        var isNegative = digits is ['-', ..];
        digits = isSigned ? digits[1..] : digits;
        var radix = TakeRadix(ref digits);
        if (digits.IsEmpty || !TryMagnitude(digits, radix, out var magnitude))
        {
            return false;
        }

        if (isNegative)
        {
            value = magnitude <= 1UL << 63 ? unchecked(-(long)magnitude) : null;
        }
        else if (magnitude <= long.MaxValue)
        {
            value = (long)magnitude;
        }
        else
        {
            // ParseUint takes no sign.
            value = isSigned ? null : magnitude;
        }

        return value is not null;
    }

    private static bool TryParseBinary(ReadOnlySpan<char> signed, [NotNullWhen(true)] out object? value)
    {
        var isNegative = signed[0] == '-';
        value = signed.Length > 1 && TryMagnitude(signed[1..], 2, out var magnitude) && magnitude <= long.MaxValue + (isNegative ? 1UL : 0UL)
            ? unchecked(isNegative ? -(long)magnitude : (long)magnitude)
            : null;
        return value is not null;
    }

    private static uint TakeRadix(ref ReadOnlySpan<char> digits)
    {
        if (digits is not ['0', _, ..])
        {
            return 10;
        }

        var radix = digits[1] switch { 'x' or 'X' => 16u, 'o' or 'O' => 8u, 'b' or 'B' => 2u, _ => 0u };
        digits = radix == 0 ? digits[1..] : digits[2..];
        return radix == 0 ? 8 : radix;
    }

    private static bool TryMagnitude(ReadOnlySpan<char> digits, uint radix, out ulong magnitude)
    {
        magnitude = 0;
        foreach (var digit in digits)
        {
            var number = char.IsAsciiHexDigit(digit) ? (uint)Convert.ToInt32(digit.ToString(), 16) : uint.MaxValue;
            if (number >= radix || magnitude > (ulong.MaxValue - number) / radix)
            {
                return false;
            }

            magnitude = (magnitude * radix) + number;
        }

        return true;
    }
}
