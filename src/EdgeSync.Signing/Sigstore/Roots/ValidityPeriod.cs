using System.Globalization;

namespace EdgeSync.Signing.Sigstore.Roots;

/// <summary>When something was to be trusted. Both ends belong to it; no end means that it is trusted still.</summary>
internal sealed record ValidityPeriod(DateTimeOffset Start, DateTimeOffset? End)
{
    public bool Contains(DateTimeOffset time) => time >= Start && (End is null || time <= End);

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Start:yyyy-MM-ddTHH:mm:ssZ} to {(End is { } end ? end.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture) : "now")}");
}
