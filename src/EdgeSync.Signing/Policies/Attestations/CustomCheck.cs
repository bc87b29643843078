using System.Text.Json;

namespace EdgeSync.Signing.Policies.Attestations;

/// <summary>An attestation of a user-defined type; the rule's conditions say what it must contain.</summary>
/// <param name="type">The predicate type, exactly.</param>
public sealed class CustomCheck(string type) : AttestationCheck
{
    /// <inheritdoc/>
    public override string Name => $"attestation of type '{type}'";

    internal override bool Takes(string predicateType) => predicateType == type;

    internal override Finding Evaluate(string predicateType, JsonElement predicate, DateTimeOffset now) => Finding.Yes("it is there");
}
