using System.Text.Json;

namespace EdgeSync.Signing.Policies.Attestations;

/// <summary>One kind of attestation: which predicates are of it, and what they must say.</summary>
public abstract class AttestationCheck
{
    private protected AttestationCheck()
    {
    }

    /// <summary>What it is, in words: "SLSA provenance".</summary>
    public abstract string Name { get; }

    /// <summary>Whether a predicate of this type is of this kind.</summary>
    internal abstract bool Takes(string predicateType);

    /// <summary>Whether a predicate says what it must.</summary>
    internal abstract Finding Judge(string predicateType, JsonElement predicate, DateTimeOffset now);

    /// <summary>
    /// When it was said, where only the newest counts: what was found later must not be hidden behind what was not known before. Null where each
    /// counts alike.
    /// </summary>
    internal virtual DateTimeOffset? TimeOf(JsonElement predicate) => null;
}
