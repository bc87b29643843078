using System.Security.Cryptography.X509Certificates;
using EdgeSync.Signing.Sigstore.Certificates;
using EdgeSync.Signing.Sigstore.Json;
using EdgeSync.Signing.Sigstore.Keys;

namespace EdgeSync.Signing.Sigstore.Roots;

/// <summary>
/// Reads <c>trusted_root.json</c> (sigstore_trustroot.proto). Unknown members are skipped: a root is distributed in a trusted way, and a newer
/// one with more members must not stop a site.
/// </summary>
internal static class TrustedRootReader
{
    private const int MaxEntries = 64;
    private const int MaxChain = 8;
    private const int MaxText = 512;
    private const string MediaTypeStart = "application/vnd.dev.sigstore.trustedroot";

    public static TrustedRoot Read(ReadOnlySpan<byte> utf8Json)
    {
        var message = ProtoMessage.Parse(utf8Json, TrustedRoot.MaxBytes, "the trusted root")
            .Known("mediaType", "tlogs", "certificateAuthorities", "ctlogs", "timestampAuthorities");
        var mediaType = message.Text("mediaType", MaxText);
        if (mediaType is not (MediaTypeStart + "+json;version=0.1" or MediaTypeStart + "+json;version=0.2"
            or MediaTypeStart + ".v0.1+json" or MediaTypeStart + ".v0.2+json"))
        {
            throw message.Wrong("mediaType", "is not one of a trusted root of version 0.1 or 0.2");
        }

        return new TrustedRoot(
            ReadLogs(message, "tlogs"),
            ReadLogs(message, "ctlogs"),
            ReadAuthorities(message, "certificateAuthorities"),
            ReadAuthorities(message, "timestampAuthorities"));
    }

    private static List<TrustedLog> ReadLogs(ProtoMessage root, string name)
    {
        var logs = new List<TrustedLog>();
        foreach (var message in root.Messages(name, MaxEntries))
        {
            logs.Add(ReadLog(message.Known("baseUrl", "hashAlgorithm", "publicKey", "logId", "checkpointKeyId")));
        }

        return logs;
    }

    private static TrustedLog ReadLog(ProtoMessage message)
    {
        if (message.Text("hashAlgorithm", MaxText) != "SHA2_256")
        {
            throw message.Wrong("hashAlgorithm", "is not SHA2_256, of which alone Merkle trees are checked here");
        }

        var publicKey = message.Message("publicKey").Known("rawBytes", "keyDetails", "validFor");
        var rawBytes = publicKey.Bytes("rawBytes", 4096);
        var details = publicKey.Text("keyDetails", MaxText);
        var id = message.Message("logId").Known("keyId").Bytes("keyId", 64);
        var checkpointId = message.OptionalMessage("checkpointKeyId")?.Known("keyId").Bytes("keyId", 64) ?? id;
        if (id.Length < 4 || checkpointId.Length < 4)
        {
            throw message.Wrong("logId", "is shorter than four bytes");
        }

        SigstoreKey? key = null;
        var problem = "";
        try
        {
            key = KeyDetails.Read(rawBytes, details);
        }
        catch (FormatException failure)
        {
            // A log with an unknown kind of key must not make the others unusable; what it signed is refused with this reason.
            problem = failure.Message;
        }

        return new TrustedLog(message.OptionalText("baseUrl", MaxText) ?? "", id, checkpointId, key, problem, ReadPeriod(publicKey));
    }

    private static List<TrustedAuthority> ReadAuthorities(ProtoMessage root, string name)
    {
        var authorities = new List<TrustedAuthority>();
        foreach (var message in root.Messages(name, MaxEntries))
        {
            message.Known("subject", "uri", "certChain", "validFor", "operator");
            var chain = new List<X509Certificate2>();
            foreach (var certificate in message.Message("certChain").Known("certificates").Messages("certificates", MaxChain))
            {
                chain.Add(StrictCertificate.Load(certificate.Known("rawBytes").Bytes("rawBytes", StrictCertificate.MaxBytes)));
            }

            if (chain.Count == 0)
            {
                throw message.Wrong("certChain", "has no certificates");
            }

            authorities.Add(new TrustedAuthority(message.OptionalText("uri", MaxText) ?? "", chain, ReadPeriod(message)));
        }

        return authorities;
    }

    private static ValidityPeriod ReadPeriod(ProtoMessage owner)
    {
        var message = owner.Message("validFor").Known("start", "end");
        var period = new ValidityPeriod(
            message.OptionalTime("start") ?? throw message.Wrong("start", "is missing: a period without a start is no period"),
            message.OptionalTime("end"));
        return period.End is null || period.End >= period.Start ? period : throw message.Wrong("end", "is before its start");
    }
}
