using System.Text;
using System.Text.Json;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Text;

namespace EdgeSync.Signing.Releases;

/// <summary>The readable parts of an unauthenticated record, shortened and cleaned, so that HQ learns what was refused.</summary>
internal static class ReleaseClaim
{
    private const int MaxTextLength = 64;

    /// <summary>Only the digest of the bytes is known.</summary>
    public static AcknowledgedRelease Unknown(ReleaseExpectation expectation, Digest found) => new(expectation.Channel, 0, found);

    public static AcknowledgedRelease Read(ReadOnlyMemory<byte> payload, ReleaseExpectation expectation, Digest found)
    {
        if (payload.Length > ReleaseRecordReader.MaxBytes)
        {
            return Unknown(expectation, found);
        }

        try
        {
            var record = StrictJson.Read(payload.Span, ContractsJsonContext.Default.ReleaseRecord);
            return new AcknowledgedRelease(
                expectation.Channel,
                record.Sequence is >= 1 and <= ReleaseRecordReader.MaxSequence ? record.Sequence : 0,
                record.Bundle.Digest,
                Clean(record.Bundle.Name),
                Clean(record.Bundle.Version),
                Math.Max(record.Epoch, 0));
        }
        catch (JsonException)
        {
            return Unknown(expectation, found);
        }
    }

    private static string Clean(string text)
    {
        var clean = new StringBuilder();
        foreach (var rune in text.EnumerateRunes().Take(MaxTextLength))
        {
            clean.Append(Rune.IsLetterOrDigit(rune) || rune.Value is '.' or '-' or '_' or '+' ? rune.ToString() : "?");
        }

        return clean.ToString();
    }
}
