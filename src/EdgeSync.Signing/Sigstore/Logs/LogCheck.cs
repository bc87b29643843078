using System.Security.Cryptography;
using EdgeSync.Signing.Sigstore.Bundles;
using EdgeSync.Signing.Sigstore.Roots;

namespace EdgeSync.Signing.Sigstore.Logs;

/// <summary>
/// Checks the log entries of a bundle: each by a trusted log must hold in every part, whatever is needed; entries of unknown logs count for nothing.
/// </summary>
internal static class LogCheck
{
    private const SigstoreCheckKind Kind = SigstoreCheckKind.TransparencyLog;

    /// <summary>Adds the entries that hold to <paramref name="found"/>; their log's validity is checked later, against all proven times.</summary>
    public static void Run(SigstoreBundle bundle, LoggedContent content, TrustedRoot root, List<VerifiedEntry> found, CheckList checks)
    {
        foreach (var entry in bundle.LogEntries)
        {
            try
            {
                LogEntryBody.Match(entry, content);
                if (Check(entry, root, checks) is { } verified)
                {
                    found.Add(verified);
                }
            }
            catch (FormatException failure)
            {
                checks.Fail(Kind, failure.Message);
            }
        }
    }

    private static VerifiedEntry? Check(LogEntry entry, TrustedRoot root, CheckList checks)
    {
        VerifiedEntry? verified = null;
        var problem = "";
        var known = false;

        // The same log may stand in the root once for each of its keys or periods.
        foreach (var log in root.Logs)
        {
            if (log.Id.AsSpan().SequenceEqual(entry.LogId))
            {
                known = true;
                verified ??= Check(entry, log, checks, out problem);
            }
        }

        if (!known)
        {
            checks.Skip(Kind, "a log entry is by a log that the trusted root does not name");
        }
        else if (verified is null)
        {
            checks.Fail(Kind, problem);
        }

        return verified;
    }

    private static VerifiedEntry? Check(LogEntry entry, TrustedLog log, CheckList checks, out string problem)
    {
        if (log.Key is not { } key)
        {
            problem = $"the key of the log {log} cannot be used: {log.KeyProblem}";
            return null;
        }

        DateTimeOffset? time = null;
        if (entry.Promise is { } promise)
        {
            if (!key.Verify(SignedEntryTimestamp.SignedBytes(entry), promise, key.Hash))
            {
                problem = $"the signed entry timestamp of the log {log} does not verify";
                return null;
            }

            time = ReadTime(entry);
            if (!log.Validity.Contains(time.Value))
            {
                problem = $"the log {log} was not trusted at {time:u}";
                return null;
            }
        }

        var proven = false;
        if (entry.Proof is { Checkpoint.Length: > 0 } proof)
        {
            problem = CheckProof(entry, proof, log) ?? "";
            proven = problem.Length == 0;
            if (!proven)
            {
                return null;
            }
        }

        problem = "a log entry has neither a promise nor a proof of inclusion";
        if (!proven && time is null)
        {
            return null;
        }

        checks.Pass(Kind, $"the log {log} holds the signature at index {entry.Index}{(time is { } t ? $" since {t:u}" : "")}{(proven ? ", proven by its tree" : "")}");
        return new VerifiedEntry(log, time);
    }

    private static DateTimeOffset ReadTime(LogEntry entry) =>
        entry.IntegratedTime is > 0 and < 253_402_300_800
            ? DateTimeOffset.FromUnixTimeSeconds(entry.IntegratedTime)
            : throw new FormatException("a log entry was taken in at no time");

    private static string? CheckProof(LogEntry entry, InclusionProof proof, TrustedLog log)
    {
        if (!MerkleTree.Includes(MerkleTree.LeafHash(entry.Body), proof.Index, proof.TreeSize, proof.Hashes, proof.RootHash))
        {
            return $"the proof of inclusion in the log {log} does not hold";
        }

        if (LogEntryBody.IsVersion2(entry) && proof.Index != entry.Index)
        {
            return "the proof of inclusion is for another index than the log entry's";
        }

        if (!Checkpoint.TryParse(proof.Checkpoint, out var checkpoint, out var problem))
        {
            return problem;
        }

        if (checkpoint.Size != proof.TreeSize || !CryptographicOperations.FixedTimeEquals(checkpoint.RootHash, proof.RootHash))
        {
            return $"the checkpoint of the log {log} is of another tree than the proof of inclusion";
        }

        return IsSigned(checkpoint, log) ? null : $"the checkpoint has no signature of the log {log} that verifies";
    }

    // Lines of witnesses and of other keys count for nothing: the trusted root has no keys for them.
    private static bool IsSigned(Checkpoint checkpoint, TrustedLog log)
    {
        foreach (var signature in checkpoint.Signatures)
        {
            if (IsNameOf(checkpoint.Origin, signature.Name)
                && log.CheckpointId.AsSpan(0, 4).SequenceEqual(signature.KeyHint.Span)
                && log.Key!.Verify(checkpoint.SignedText, signature.Signature.Span, log.Key.Hash))
            {
                return true;
            }
        }

        return false;
    }

    // Rekor v1 puts the number of its tree behind its name: "rekor.sigstore.dev - 2605736670972794746".
    private static bool IsNameOf(string origin, string name) =>
        origin == name || origin.StartsWith(name + " - ", StringComparison.Ordinal);
}
