using System.Globalization;

namespace EdgeSync.Signing.Sigstore.Logs;

/// <summary>Checks who cosigned the checkpoint under a log entry. A line of a known witness must be valid, even if it is not needed.</summary>
internal static class WitnessCheck
{
    private const SigstoreCheckKind Kind = SigstoreCheckKind.TransparencyLog;

    /// <summary>Whether enough of the witnesses cosigned; if not, the entry is ignored.</summary>
    public static bool Run(VerifiedEntry entry, SigstoreRequirements requirements, CheckList checks)
    {
        var cosigners = new List<LogWitness>();
        foreach (var witness in requirements.Witnesses)
        {
            switch (entry.Checkpoint is { } checkpoint ? witness.HasCosigned(checkpoint) : null)
            {
                case true:
                    cosigners.Add(witness);
                    break;
                case false:
                    checks.Fail(Kind, $"the cosignature of the witness {witness} under the checkpoint of the log {entry.Log} does not verify");
                    break;
            }
        }

        if (cosigners.Count < requirements.Cosignatures)
        {
            checks.Skip(Kind, string.Create(
                CultureInfo.InvariantCulture,
                $"{cosigners.Count} of {requirements.Cosignatures} known witnesses cosigned the checkpoint of the log {entry.Log}"));
            return false;
        }

        if (cosigners.Count > 0)
        {
            checks.Pass(Kind, $"the checkpoint of the log {entry.Log} was cosigned by {string.Join(", ", cosigners)}");
        }

        return true;
    }
}
