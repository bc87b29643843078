using EdgeSync.Oci.Manifests;
using EdgeSync.Primitives;
using EdgeSync.Signing.Notation.Certificates;
using EdgeSync.Signing.Notation.Envelopes;
using EdgeSync.Signing.Notation.Stores;

namespace EdgeSync.Signing.Notation;

/// <summary>One verification, check by check. If the integrity check fails, nothing else in the envelope is trusted or checked.</summary>
internal sealed class Verification(Descriptor target, NotationTrust trust, DateTimeOffset now)
{
    private readonly CheckList _checks = new(trust.Level);
    private NotationSigner? _signer;
    private DateTimeOffset? _provenTime;
    private bool _authorityNamesRevocation;

    public NotationVerdict Run(ReadOnlySpan<byte> envelope, string mediaType)
    {
        if (trust.Level == NotationLevel.Skip)
        {
            return new NotationVerdict.Tolerated(_checks.Complete("the level is 'skip'"));
        }

        NotationPayload? payload = null;
        try
        {
            var read = NotationEnvelope.Read(envelope, mediaType);
            using var chain = CertificateChain.Load(read.Certificates);
            payload = CheckIntegrity(read, chain);
            CheckAuthenticity(read, chain);
            CheckExpiry(read.Attributes);
            CheckTime(read, chain);
            CheckRevocation(chain);
        }
        catch (FormatException failure) when (payload is null)
        {
            _checks.Fail(NotationCheckKind.Integrity, failure.Message);
        }

        var checks = _checks.Complete("integrity does not hold");
        if (_checks.Failure is { } first)
        {
            return new NotationVerdict.Untrusted(checks, first);
        }

        return _signer is { } signer
            ? new NotationVerdict.Trusted(checks, signer, _provenTime, payload!.Annotations)
            : new NotationVerdict.Tolerated(checks);
    }

    private NotationPayload CheckIntegrity(NotationEnvelope envelope, CertificateChain chain)
    {
        var algorithm = NotationAlgorithm.For(chain.Leaf);
        if (algorithm != envelope.Algorithm)
        {
            throw new FormatException($"the envelope says {envelope.Algorithm}, and the certificate's key signs with {algorithm}");
        }

        if (!envelope.IsSignedBy(chain.Leaf))
        {
            throw new FormatException("the signature is not one of the envelope by the certificate's key");
        }

        var payload = NotationPayload.Read(envelope.Payload);
        if (payload.FindDifference(target) is { Length: > 0 } difference)
        {
            throw new FormatException(difference);
        }

        _checks.Pass(NotationCheckKind.Integrity, $"the signature ({algorithm}) holds, and is of {target.Digest}");
        return payload;
    }

    private void CheckAuthenticity(NotationEnvelope envelope, CertificateChain chain)
    {
        try
        {
            CertificateRules.CheckSigning(chain.Certificates);
            var store = FindStore(envelope.Attributes.Scheme, chain);
            if (chain.FindBreak(store.Find(chain.Root)!) is { Length: > 0 } problem)
            {
                throw new FormatException(problem);
            }

            var subject = DistinguishedName.Read(chain.Leaf.SubjectName);
            var identity = trust.Identities.FirstOrDefault(i => i.Matches(subject))
                ?? throw new FormatException($"the signer '{subject}' under {store} is none of the trusted identities");
            _signer = new NotationSigner(
                subject.ToString(),
                Digest.Of(chain.Leaf.PublicKey.ExportSubjectPublicKeyInfo()),
                chain.Fingerprints(),
                store.ToString(),
                identity.ToString());
            _checks.Pass(NotationCheckKind.Authenticity, $"signed by {_signer}, who is trusted as '{identity}'");
        }
        catch (FormatException failure)
        {
            _checks.Fail(NotationCheckKind.Authenticity, failure.Message);
        }
    }

    private NotationTrustStore FindStore(NotationScheme scheme, CertificateChain chain)
    {
        var kind = scheme == NotationScheme.SigningAuthority ? NotationStoreKind.SigningAuthority : NotationStoreKind.CertificateAuthority;
        return trust.Stores.FirstOrDefault(s => s.Kind == kind && s.Find(chain.Root) is not null)
            ?? throw new FormatException(
                $"the root '{DistinguishedName.Read(chain.Root.SubjectName)}' is in no trust store of the kind "
                + (kind == NotationStoreKind.SigningAuthority ? "'signingAuthority'" : "'ca'"));
    }

    private void CheckExpiry(SignedAttributes attributes)
    {
        if (attributes.Expiry is not { } expiry)
        {
            _checks.Pass(NotationCheckKind.Expiry, "the signer has set no end");
        }
        else if (now >= expiry)
        {
            _checks.Fail(NotationCheckKind.Expiry, $"the signature has expired at {expiry:u}");
        }
        else
        {
            _checks.Pass(NotationCheckKind.Expiry, $"the signature expires at {expiry:u}");
        }
    }

    private void CheckTime(NotationEnvelope envelope, CertificateChain chain)
    {
        try
        {
            if (envelope.Attributes.AuthenticTime is { } said)
            {
                CheckValid(chain, said, said, $"when the signing authority says that it signed ({said:u})");
                _provenTime = said;
            }
            else if (NeedsTimestamp(chain))
            {
                var token = envelope.Timestamp ?? throw new FormatException("the signature has no timestamp, and the trust stores ask for one");
                var stamp = Countersignature.Verify(token, envelope.Signature, TimestampStores);
                _authorityNamesRevocation = stamp.NamesRevocation;
                CheckValid(chain, stamp.From, stamp.To, $"when {stamp.Store} saw the signature ({stamp.To:u})");
                _provenTime = stamp.From;
            }
            else
            {
                CheckValid(chain, now, now, $"now ({now:u}); no timestamp was asked for");
            }
        }
        catch (FormatException failure)
        {
            _checks.Fail(NotationCheckKind.AuthenticTimestamp, failure.Message);
        }
    }

    private IEnumerable<NotationTrustStore> TimestampStores => trust.Stores.Where(s => s.Kind == NotationStoreKind.TimestampAuthority);

    private bool NeedsTimestamp(CertificateChain chain) =>
        TimestampStores.Any() && (trust.TimestampUse == NotationTimestampUse.Always || chain.FindInvalid(now, now) is not null);

    private void CheckValid(CertificateChain chain, DateTimeOffset from, DateTimeOffset to, string when)
    {
        if (chain.FindInvalid(from, to) is { } invalid)
        {
            throw new FormatException(
                $"the certificate of '{DistinguishedName.Read(invalid.SubjectName)}' ({invalid.NotBefore.ToUniversalTime():u} to "
                + $"{invalid.NotAfter.ToUniversalTime():u}) was not valid {when}");
        }

        _checks.Pass(NotationCheckKind.AuthenticTimestamp, $"all certificates were valid {when}");
    }

    // The root is trusted because a store has it; nobody above it could revoke it.
    private void CheckRevocation(CertificateChain chain)
    {
        const string Offline = "revocation is never fetched here, as nothing is; whether it was revoked is not known";
        if (trust.Level.Revocation == NotationEnforcement.Skipped)
        {
            _checks.Omit(NotationCheckKind.Revocation, "the trust policy skips it");
        }
        else if (chain.Certificates.Take(chain.Certificates.Count - 1).FirstOrDefault(RevocationSource.IsNamedBy) is { } certificate)
        {
            _checks.Fail(
                NotationCheckKind.Revocation, $"the certificate with the serial number {certificate.SerialNumber} says where its revocation is published; {Offline}");
        }
        else if (_authorityNamesRevocation)
        {
            _checks.Fail(NotationCheckKind.Revocation, $"the timestamp authority's certificate says where its revocation is published; {Offline}");
        }
        else
        {
            _checks.Pass(NotationCheckKind.Revocation, "no certificate says where its revocation would be published, so that there is none to fetch");
        }
    }
}
