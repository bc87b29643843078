using System.Text.Json.Serialization;
using EdgeSync.Bundles.Linting;

namespace EdgeSync.Agent.Commands;

/// <summary>What the verbs of <c>edgesync bundle</c> print with <c>--output json</c>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true)]
[JsonSerializable(typeof(IReadOnlyList<LintFinding>))]
[JsonSerializable(typeof(BundleInspection))]
internal sealed partial class BundleOutputJsonContext : JsonSerializerContext;
