using System.Globalization;

namespace EdgeSync.Signing.Sigstore.Roots;

/// <summary>The period in which something is trusted. Both ends are included; without an end it is still trusted.</summary>
internal sealed record ValidityPeriod(DateTimeOffset Start, DateTimeOffset? End)
{
    public bool Contains(DateTimeOffset time) => time >= Start && (End is null || time <= End);

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Start:yyyy-MM-ddTHH:mm:ssZ} to {(End is { } end ? end.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture) : "now")}");
}
