using System.Security.Cryptography;
using EdgeSync.Signing.Envelopes;
using EdgeSync.Signing.Sigstore.Bundles;
using EdgeSync.Signing.Sigstore.Keys;
using EdgeSync.Signing.Sigstore.Statements;

namespace EdgeSync.Signing.Sigstore;

/// <summary>Checks that the signature is valid, and that it is of the expected artifact.</summary>
internal static class SignatureCheck
{
    /// <summary>For a signature of the artifact's own bytes.</summary>
    public static void Run(MessageSignature message, SigstoreSubject subject, SigstoreKey key, CheckList checks)
    {
        if (message.DigestAlgorithm is { } algorithm && !IsDigestOf(subject, algorithm, message.Digest))
        {
            checks.Fail(SigstoreCheckKind.Subject, $"the bundle says another digest than {subject}");
        }
        else if (!Verifies(message, subject, key))
        {
            var hint = subject.Content is null && key.Kind != SigstoreKeyKind.EcdsaP256 ? "; this key may need the content, not its digest" : "";
            checks.Fail(SigstoreCheckKind.Signature, $"the signature is not one of {subject} by the signer's key{hint}");
        }
        else
        {
            checks.Pass(SigstoreCheckKind.Signature, $"the signature is one of {subject}");
        }
    }

    /// <summary>For an envelope; the statement that it holds, or null if it does not hold.</summary>
    public static InTotoStatement? Run(DsseEnvelope envelope, byte[] signedBytes, SigstoreSubject subject, SigstoreKey key, CheckList checks)
    {
        if (envelope.PayloadType != InTotoStatement.PayloadType)
        {
            checks.Fail(SigstoreCheckKind.Subject, "the envelope does not hold an in-toto statement");
            return null;
        }

        if (!Verifies(signedBytes, envelope.Signatures[0].Value.Span, key))
        {
            checks.Fail(SigstoreCheckKind.Signature, "the envelope's signature is not one by the signer's key");
            return null;
        }

        checks.Pass(SigstoreCheckKind.Signature, "the envelope is signed by the signer's key");
        if (!InTotoStatement.TryParse(envelope.Payload.Span, out var statement, out var problem))
        {
            checks.Fail(SigstoreCheckKind.Subject, problem);
            return null;
        }

        if (!statement.IsAbout(subject.Digest))
        {
            checks.Fail(SigstoreCheckKind.Subject, $"the statement is not about {subject}");
            return null;
        }

        checks.Pass(SigstoreCheckKind.Subject, $"the statement '{statement.PredicateType}' is about {subject}");
        return statement;
    }

    private static bool IsDigestOf(SigstoreSubject subject, string algorithm, byte[]? digest)
    {
        if (!HashNames.TryRead(algorithm, out var name))
        {
            return false;
        }

        // A digest that cannot be known from SHA-256 alone is no contradiction; the signature decides.
        return subject.Hash(name) is not { } expected || expected.AsSpan().SequenceEqual(digest);
    }

    // The hash of the key's size, and SHA-256: cosign 2 signs envelopes, and cosign artifacts, with SHA-256 whatever the curve. Both are fixed by the kind
    // of key.
    private static bool Verifies(byte[] signedBytes, ReadOnlySpan<byte> signature, SigstoreKey key) =>
        key.Verify(signedBytes, signature, key.Hash)
        || (key.Hash != HashAlgorithmName.SHA256 && key.Verify(signedBytes, signature, HashAlgorithmName.SHA256));

    private static bool Verifies(MessageSignature message, SigstoreSubject subject, SigstoreKey key)
    {
        if (key.Kind == SigstoreKeyKind.Ed25519)
        {
            return subject.Content is { } content && key.Verify(content.Span, message.Signature, key.Hash);
        }

        return (subject.Hash(key.Hash) is { } own && key.VerifyHash(own, message.Signature, key.Hash))
            || (key.Hash != HashAlgorithmName.SHA256
                && key.VerifyHash(subject.Hash(HashAlgorithmName.SHA256), message.Signature, HashAlgorithmName.SHA256));
    }
}
