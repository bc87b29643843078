using EdgeSync.Signing.Sigstore.Statements;
using EdgeSync.Signing.Text;

namespace EdgeSync.Signing.Verification;

/// <summary>
/// Decides what a signed in-toto statement is: a signature of the bundle if it has cosign's predicate type for signatures, otherwise an attestation. One
/// is never accepted as the other.
/// </summary>
internal static class StatementEvidence
{
    public static SignatureEvidence Of(ReadOnlySpan<byte> payload, TrustSigner signer, SignatureQuestion question)
    {
        if (!InTotoStatement.TryParse(payload, out var statement, out var problem))
        {
            return SignatureEvidence.Nothing($"an attestation by {signer}, but {ShownText.Of(problem)}", EvidenceKind.Attestation);
        }

        return statement.IsAbout(question.Bundle.Digest)
            ? Of(statement, signer)
            : SignatureEvidence.Nothing($"an attestation by {signer}, but not about this bundle", EvidenceKind.Attestation);
    }

    public static SignatureEvidence Of(InTotoStatement statement, TrustSigner signer) => statement.PredicateType == InTotoStatement.CosignSignature
        ? new SignatureEvidence(signer, $"a Sigstore signature by {signer}") { Kind = EvidenceKind.Signature }
        : new SignatureEvidence(signer, $"an attestation '{ShownText.Of(statement.PredicateType)}' by {signer}") 
        {
            Kind = EvidenceKind.Attestation,
            Attestation = statement,
        };
}
