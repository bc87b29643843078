using System.Text.Json;
using EdgeSync.Signing.Sigstore;
using EdgeSync.Signing.Text;

namespace EdgeSync.Signing.Policies.Attestations;

/// <summary>SLSA provenance, v0.2 and v1: which builder built it, and from which source.</summary>
/// <param name="builders">Patterns of the builder's id; one must match. Empty accepts any.</param>
/// <param name="sources">Patterns of the source's address; one must match. Empty accepts any.</param>
public sealed class ProvenanceCheck(IReadOnlyList<IdentityPattern> builders, IReadOnlyList<IdentityPattern> sources) : AttestationCheck
{
    private const string V02 = "https://slsa.dev/provenance/v0.2";
    private const string V1 = "https://slsa.dev/provenance/v1";

    /// <inheritdoc/>
    public override string Name => "SLSA provenance";

    internal override bool Takes(string predicateType) => predicateType is V02 or V1;

    internal override Finding Evaluate(string predicateType, JsonElement predicate, DateTimeOffset now)
    {
        var builder = predicateType == V1 ? predicate.Text("runDetails", "builder", "id") : predicate.Text("builder", "id");
        var source = predicateType == V1 ? FindSource(predicate) : predicate.Text("invocation", "configSource", "uri");
        if (builders.Count > 0 && (builder is null || !builders.Any(pattern => pattern.Matches(builder))))
        {
            return Finding.No(builder is null
                ? "it names no builder"
                : $"the builder is '{ShownText.Of(builder)}', and must be {Describe(builders)}");
        }

        return sources.Count > 0 && (source is null || !sources.Any(pattern => pattern.Matches(source)))
            ? Finding.No(source is null ? "it names no source" : $"the source is '{ShownText.Of(source)}', and must be {Describe(sources)}")
            : Finding.Yes($"built by '{ShownText.Of(builder ?? "nobody")}' from '{ShownText.Of(source ?? "nothing")}'");
    }

    // What the builder was told to build (GitHub's and the generic build types), otherwise the first material that it fetched.
    private static string? FindSource(JsonElement predicate) =>
        predicate.Text("buildDefinition", "externalParameters", "workflow", "repository")
        ?? predicate.Text("buildDefinition", "externalParameters", "source", "uri")
        ?? predicate.Text("buildDefinition", "externalParameters", "source")
        ?? (predicate.At("buildDefinition", "resolvedDependencies") is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() > 0
            ? list[0].Text("uri")
            : null);

    private static string Describe(IReadOnlyList<IdentityPattern> patterns) => string.Join(" or ", patterns.Select(pattern => $"'{pattern}'"));
}
