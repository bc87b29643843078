using System.Globalization;
using System.Text;
using EdgeSync.Signing.Sigstore.Bundles;

namespace EdgeSync.Signing.Sigstore.Logs;

/// <summary>What a Rekor v1 log signs when it adds an entry.</summary>
internal static class SignedEntryTimestamp
{
    /// <summary>
    /// The entry in canonical JSON (RFC 8785). Names are in order, numbers are whole, and base64 and hexadecimal need no escapes, so that
    /// nothing else needs to be canonicalized.
    /// </summary>
    public static byte[] SignedBytes(LogEntry entry) => Encoding.ASCII.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"body":"{{Convert.ToBase64String(entry.Body)}}","integratedTime":{{entry.IntegratedTime}},"logID":"{{Convert.ToHexStringLower(entry.LogId)}}","logIndex":{{entry.Index}}}"""));
}
