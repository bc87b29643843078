using System.Text.Json;

namespace EdgeSync.Signing.Policies.Attestations;

/// <summary>An attestation of a type that only its users know; what it must say stands in the rule's conditions.</summary>
/// <param name="type">The predicate type, exactly.</param>
public sealed class CustomCheck(string type) : AttestationCheck
{
    /// <inheritdoc/>
    public override string Name => $"attestation of type '{type}'";

    internal override bool Takes(string predicateType) => predicateType == type;

    internal override Finding Judge(string predicateType, JsonElement predicate, DateTimeOffset now) => Finding.Yes("it is there");
}
