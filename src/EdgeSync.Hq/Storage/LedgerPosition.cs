using System.Globalization;

namespace EdgeSync.Hq.Storage;

/// <summary>A position in the history of a site, written <c>ledger-number</c>.</summary>
public readonly record struct LedgerPosition(int Ledger, long Number)
{
    public static bool TryParse(string? text, out LedgerPosition position)
    {
        position = default;
        if (text?.Split('-') is not [var ledger, var number]
            || !int.TryParse(ledger, NumberStyles.None, CultureInfo.InvariantCulture, out var ledgerValue)
            || !long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var numberValue))
        {
            return false;
        }

        position = new LedgerPosition(ledgerValue, numberValue);
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Ledger}-{Number}");
}
