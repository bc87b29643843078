using System.Text.Json;

namespace EdgeSync.Signing.Policies.Attestations;

/// <summary>A kind of attestation: which predicate types it has, and what they must say.</summary>
public abstract class AttestationCheck
{
    private protected AttestationCheck()
    {
    }

    /// <summary>The name for display: "SLSA provenance".</summary>
    public abstract string Name { get; }

    /// <summary>Whether a predicate of this type is of this kind.</summary>
    internal abstract bool Takes(string predicateType);

    /// <summary>Whether a predicate meets the requirement.</summary>
    internal abstract Finding Evaluate(string predicateType, JsonElement predicate, DateTimeOffset now);

    /// <summary>
    /// When the statement was made, if only the newest counts: an older result must not hide what was found later. Null if all count alike.
    /// </summary>
    internal virtual DateTimeOffset? TimeOf(JsonElement predicate) => null;
}
