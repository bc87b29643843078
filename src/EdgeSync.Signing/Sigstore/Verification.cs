using System.Security.Cryptography.X509Certificates;
using EdgeSync.Signing.Envelopes;
using EdgeSync.Signing.Keys;
using EdgeSync.Signing.Sigstore.Bundles;
using EdgeSync.Signing.Sigstore.Certificates;
using EdgeSync.Signing.Sigstore.Keys;
using EdgeSync.Signing.Sigstore.Logs;
using EdgeSync.Signing.Sigstore.Roots;
using EdgeSync.Signing.Sigstore.Statements;
using EdgeSync.Signing.Sigstore.Timestamps;

namespace EdgeSync.Signing.Sigstore;

/// <summary>One verification of one bundle. All checks run even if one fails, so that the verdict has every result.</summary>
internal sealed class Verification(SigstoreBundle bundle, SigstoreSubject subject, TrustedRoot root, SigstoreRequirements requirements)
{
    private readonly CheckList _checks = new();
    private readonly List<VerifiedEntry> _entries = [];
    private readonly List<VerifiedTimestamp> _timestamps = [];
    private readonly List<ProvenTime> _times = [];
    private InTotoStatement? _statement;

    public SigstoreVerdict Run(VerificationKey key)
    {
        if (bundle.HasCertificate)
        {
            return Refuse(SigstoreCheckKind.Signer, "the bundle is signed under a certificate, and a key was asked for");
        }

        _checks.Pass(SigstoreCheckKind.Signer, $"the bundle is checked with the key {key}");
        CheckEvidence(SigstoreKey.Of(key), key.SubjectPublicKeyInfo);
        CheckLogs();
        return Conclude(new SigstoreSigner.ByKey(key));
    }

    public SigstoreVerdict Run(SigstoreIdentity identity)
    {
        if (bundle.Certificate is not { } der)
        {
            return Refuse(SigstoreCheckKind.Signer, "the bundle is signed with a key, and a certificate was asked for");
        }

        SigningCertificate certificate;
        try
        {
            certificate = SigningCertificate.Read(der);
        }
        catch (FormatException failure)
        {
            return Refuse(SigstoreCheckKind.Certificate, failure.Message);
        }

        using (certificate)
        {
            CheckEvidence(certificate.Key, der);
            CheckLogs();
            CheckCertificate(certificate);
            CheckIdentity(certificate, identity);
            return Conclude(new SigstoreSigner.ByCertificate(certificate.Subject, certificate.Issuer, certificate.ReadClaims()));
        }
    }

    private void CheckEvidence(SigstoreKey key, ReadOnlyMemory<byte> verifier)
    {
        byte[]? signedBytes = null;
        if (bundle.Message is { } message)
        {
            SignatureCheck.Run(message, subject, key, _checks);
        }
        else
        {
            var envelope = bundle.Envelope!;
            signedBytes = PreAuthenticationEncoding.Of(envelope.PayloadType, envelope.Payload.Span);
            _statement = SignatureCheck.Run(envelope, signedBytes, subject, key, _checks);
        }

        var content = new LoggedContent(
            bundle.Signature.ToArray(), verifier, bundle.HasCertificate, bundle.Envelope?.Payload, signedBytes, signedBytes is null ? subject : null,
            bundle.StampedEnvelope);
        LogCheck.Run(bundle, content, root, _entries, _checks);
        AuthorityCheck.Run(bundle.Timestamps, bundle.Stamped, root, _timestamps, _checks);
        foreach (var entry in _entries)
        {
            if (entry.Time is { } time)
            {
                _times.Add(new ProvenTime(time, entry.Log.ToString()));
            }
        }

        foreach (var timestamp in _timestamps)
        {
            _times.Add(new ProvenTime(timestamp.Time, timestamp.Authority.ToString()));
        }

        var authorities = new HashSet<TrustedAuthority>(ReferenceEqualityComparer.Instance);
        foreach (var timestamp in _timestamps)
        {
            authorities.Add(timestamp.Authority);
        }

        if (authorities.Count < requirements.TimestampAuthorities)
        {
            _checks.Fail(
                SigstoreCheckKind.Timestamp,
                $"{authorities.Count} timestamp authorities saw the signature; {requirements.TimestampAuthorities} are needed");
        }
    }

    // Entries of Rekor v2 say no time, so that their log must have been trusted when the signature is proven to have been there.
    private void CheckLogs()
    {
        var logs = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in _entries)
        {
            if (entry.Time is null && !WasTrusted(entry.Log))
            {
                _checks.Fail(SigstoreCheckKind.TransparencyLog, $"the log {entry.Log} was not trusted when the signature was made");
            }
            else if (WitnessCheck.Run(entry, requirements, _checks))
            {
                logs.Add(Convert.ToHexStringLower(entry.Log.Id));
            }
        }

        if (logs.Count < requirements.Logs)
        {
            var witnessed = requirements.Cosignatures > 0 ? $" under a checkpoint with the cosignatures of {requirements.Cosignatures} known witnesses" : "";
            _checks.Fail(
                SigstoreCheckKind.TransparencyLog, $"{logs.Count} trusted logs hold the signature{witnessed}; {requirements.Logs} are needed");
        }
    }

    private bool WasTrusted(TrustedLog log)
    {
        foreach (var time in _times)
        {
            if (!log.Validity.Contains(time.Time))
            {
                return false;
            }
        }

        return _times.Count > 0 || (requirements.CurrentTime is { } now ? log.Validity.Contains(now) : log.Validity.End is null);
    }

    private void CheckCertificate(SigningCertificate certificate)
    {
        if (_times.Count < requirements.ProvenTimes)
        {
            _checks.Fail(
                SigstoreCheckKind.Time,
                $"logs and timestamp authorities prove {_times.Count} times of the signature; a certificate needs {requirements.ProvenTimes}");
        }

        var moments = new List<DateTimeOffset>();
        foreach (var time in _times)
        {
            moments.Add(time.Time);
        }

        if (moments.Count == 0)
        {
            if (requirements.CurrentTime is not { } now)
            {
                _checks.Fail(SigstoreCheckKind.Time, "there is no time at which the certificate could be judged");
                return;
            }

            moments.Add(now);
        }

        X509Certificate2? issuer = null;
        foreach (var moment in moments)
        {
            issuer = FindIssuer(certificate, moment, out var problem);
            if (issuer is null)
            {
                _checks.Fail(SigstoreCheckKind.Certificate, problem);
                return;
            }
        }

        TimestampCheck.Run(certificate, issuer!, root, requirements.CertificateLogs, _checks);
    }

    private X509Certificate2? FindIssuer(SigningCertificate certificate, DateTimeOffset time, out string problem)
    {
        problem = $"the trusted root has no certificate authority that was trusted at {time:u}";
        foreach (var authority in root.CertificateAuthorities)
        {
            if (!authority.Validity.Contains(time))
            {
                continue;
            }

            if (ChainVerifier.TryBuild(
                certificate.Certificate, authority, time, SigningCertificate.CodeSigningOid, out var issuer, out var fault))
            {
                _checks.Pass(SigstoreCheckKind.Certificate, $"the authority {authority} vouched for the certificate at {time:u}");
                return issuer;
            }

            problem = $"the certificate at {time:u}, by {authority}: {fault}";
        }

        return null;
    }

    private void CheckIdentity(SigningCertificate certificate, SigstoreIdentity identity)
    {
        if (!identity.Subject.Matches(certificate.Subject))
        {
            _checks.Fail(SigstoreCheckKind.Identity, $"the certificate names '{certificate.Subject}', not '{identity.Subject}'");
        }
        else if (identity.Issuer is { } issuer && (certificate.Issuer is null || !issuer.Matches(certificate.Issuer)))
        {
            _checks.Fail(SigstoreCheckKind.Identity, $"the identity was known to {IssuerOf(certificate)}, not to '{issuer}'");
        }
        else
        {
            _checks.Pass(SigstoreCheckKind.Identity, $"the certificate names '{certificate.Subject}', known to {IssuerOf(certificate)}");
        }
    }

    private static string IssuerOf(SigningCertificate certificate) => certificate.Issuer is { } issuer ? $"'{issuer}'" : "no named issuer";

    private SigstoreVerdict.Untrusted Refuse(SigstoreCheckKind kind, string why)
    {
        _checks.Fail(kind, why);
        return new SigstoreVerdict.Untrusted(_checks.All, _checks.Failure!);
    }

    private SigstoreVerdict Conclude(SigstoreSigner signer) => _checks.Failure is { } failure
        ? new SigstoreVerdict.Untrusted(_checks.All, failure)
        : new SigstoreVerdict.Trusted(_checks.All, signer, _times, _statement);
}
