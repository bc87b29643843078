using System.Text.Json;
using EdgeSync.Primitives.Text;
using EdgeSync.Signing.Policies;
using EdgeSync.Signing.Policies.Attestations;

namespace EdgeSync.Signing.Verification;

/// <summary>Looks for one attestation that a rule requires. One valid attestation is enough; if only the newest counts, the newest must be valid.</summary>
internal static class AttestationEvaluator
{
    public static TrustCheck Evaluate(AttestationRule wanted, IReadOnlyList<SignatureEvidence> evidence, DateTimeOffset now)
    {
        var seen = new List<string>();
        var best = (Time: default(DateTimeOffset?), Finding: default(Finding));
        foreach (var found in evidence)
        {
            if (found is not { Attestation: { } statement, Signer: { } signer } || !wanted.Check.Takes(statement.PredicateType))
            {
                continue;
            }

            if (!wanted.SignedBy.Any(authority => signer.Authorities.Contains(authority.Name)))
            {
                seen.Add($"{found.Description}: not one of those who may say this");
                continue;
            }

            if (statement.Predicate.IsEmpty)
            {
                seen.Add($"{found.Description}: it has no predicate");
                continue;
            }

            var (time, finding) = Evaluate(wanted, statement.PredicateType, statement.Predicate, now);
            seen.Add($"{found.Description}: {finding.Words}");
            if (best.Finding is null || (time is null ? finding.Holds : time > best.Time || (time == best.Time && !finding.Holds)))
            {
                best = (time, finding);
            }
        }

        if (best.Finding is not { } decided)
        {
            // Attestations by unknown signers are listed too, so that the operator can tell a missing key from a missing attestation.
            var strangers = evidence.Where(e => e.Signer is null && e.Kind != EvidenceKind.Signature);
            return new TrustCheck(wanted.Check.Name, Passed: false, "there is none by those who may say this", [.. seen, .. strangers.Select(e => e.Description)]);
        }

        return new TrustCheck(wanted.Check.Name, decided.Holds, decided.Words, seen);
    }

    private static (DateTimeOffset? Time, Finding Finding) Evaluate(
        AttestationRule wanted, string predicateType, ReadOnlyMemory<byte> predicate, DateTimeOffset now)
    {
        var reader = new Utf8JsonReader(predicate.Span, new JsonReaderOptions { MaxDepth = StrictJson.MaxDepth });
        using var document = JsonDocument.ParseValue(ref reader);
        var root = document.RootElement;
        var finding = wanted.Check.Evaluate(predicateType, root, now);
        foreach (var condition in wanted.Conditions)
        {
            var met = condition.Evaluate(root, now);
            finding = new Finding(finding.Holds && met.Holds, $"{finding.Words}; {met.Words}");
        }

        return (wanted.Check.TimeOf(root), finding);
    }
}
