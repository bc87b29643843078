using System.Security.Cryptography;
using EdgeSync.Signing.Sigstore.Bundles;
using EdgeSync.Signing.Sigstore.Roots;

namespace EdgeSync.Signing.Sigstore.Logs;

/// <summary>
/// Checks the log entries of a bundle: each entry of a trusted log must be valid in every part, even if it is not needed; entries of unknown logs are ignored.
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

        // The root may list the same log once for each of its keys or periods.
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

        Checkpoint? checkpoint = null;
        if (entry.Proof is { Checkpoint.Length: > 0 } proof && (checkpoint = CheckProof(entry, proof, log, out problem)) is null)
        {
            return null;
        }

        problem = "a log entry has neither a promise nor a proof of inclusion";
        if (checkpoint is null && time is null)
        {
            return null;
        }

        var since = time is { } moment ? $" since {moment:u}" : "";
        checks.Pass(Kind, $"the log {log} holds the signature at index {entry.Index}{since}{(checkpoint is null ? "" : ", proven by its tree")}");
        return new VerifiedEntry(log, time, checkpoint);
    }

    private static DateTimeOffset ReadTime(LogEntry entry) =>
        entry.IntegratedTime is > 0 and < 253_402_300_800
            ? DateTimeOffset.FromUnixTimeSeconds(entry.IntegratedTime)
            : throw new FormatException("a log entry was taken in at no time");

    private static Checkpoint? CheckProof(LogEntry entry, InclusionProof proof, TrustedLog log, out string problem)
    {
        problem = "";
        if (!MerkleTree.Includes(MerkleTree.LeafHash(entry.Body), proof.Index, proof.TreeSize, proof.Hashes, proof.RootHash))
        {
            problem = $"the proof of inclusion in the log {log} does not hold";
            return null;
        }

        if (LogEntryBody.IsVersion2(entry) && proof.Index != entry.Index)
        {
            problem = "the proof of inclusion is for another index than the log entry's";
            return null;
        }

        if (!Checkpoint.TryParse(proof.Checkpoint, out var checkpoint, out problem))
        {
            return null;
        }

        if (checkpoint.Size != proof.TreeSize || !CryptographicOperations.FixedTimeEquals(checkpoint.RootHash, proof.RootHash))
        {
            problem = $"the checkpoint of the log {log} is of another tree than the proof of inclusion";
            return null;
        }

        if (!IsSigned(checkpoint, log))
        {
            problem = $"the checkpoint has no signature of the log {log} that verifies";
            return null;
        }

        return checkpoint;
    }

    // Lines of other keys are ignored here; who cosigned is checked by WitnessCheck.
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
