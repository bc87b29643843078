using System.Text.Json;
using EdgeSync.Primitives.Text;
using EdgeSync.Signing.Policies;
using EdgeSync.Signing.Policies.Attestations;

namespace EdgeSync.Signing.Verification;

/// <summary>Looks for one attestation that a rule asks for. One that holds is enough; where only the newest counts, that one must hold.</summary>
internal static class AttestationJudge
{
    public static TrustCheck Judge(AttestationRule wanted, IReadOnlyList<SignatureEvidence> evidence, DateTimeOffset now)
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

            var (time, finding) = Judge(wanted, statement.PredicateType, statement.Predicate, now);
            seen.Add($"{found.Description}: {finding.Words}");
            if (best.Finding is null || (time is null ? finding.Holds : time > best.Time || (time == best.Time && !finding.Holds)))
            {
                best = (time, finding);
            }
        }

        if (best.Finding is not { } decided)
        {
            // What nobody trusted made is named too, so that a missing key is told from a missing attestation.
            var strangers = evidence.Where(e => e.Signer is null && e.Kind != EvidenceKind.Signature);
            return new TrustCheck(wanted.Check.Name, Passed: false, "there is none by those who may say this", [.. seen, .. strangers.Select(e => e.Description)]);
        }

        return new TrustCheck(wanted.Check.Name, decided.Holds, decided.Words, seen);
    }

    private static (DateTimeOffset? Time, Finding Finding) Judge(
        AttestationRule wanted, string predicateType, ReadOnlyMemory<byte> predicate, DateTimeOffset now)
    {
        var reader = new Utf8JsonReader(predicate.Span, new JsonReaderOptions { MaxDepth = StrictJson.MaxDepth });
        using var document = JsonDocument.ParseValue(ref reader);
        var root = document.RootElement;
        var finding = wanted.Check.Judge(predicateType, root, now);
        foreach (var condition in wanted.Conditions)
        {
            var met = condition.Judge(root, now);
            finding = new Finding(finding.Holds && met.Holds, $"{finding.Words}; {met.Words}");
        }

        return (wanted.Check.TimeOf(root), finding);
    }
}
