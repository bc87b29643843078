using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Bundles.Linting.Rules;

/// <summary>Secrets that lie open in a bundle.</summary>
internal sealed class SecretRule : ILintRule
{
    private static readonly string[] Members = ["data", "stringData"];

    public IEnumerable<LintFinding> Check(LintContext context) =>
        from item in context.Objects.Select(item => item.Item)
        where item.Id.GroupKind == "Secret"
        let member = Members.FirstOrDefault(name => ((JsonNode)item.Json).At(name) is JsonObject { Count: > 0 })
        where member is not null
        select LintContext.At(
            LintRules.SecretInBundle, LintSeverity.Warning, item, $"/{member}",
            $"{item.Id} is unencrypted in the bundle: everybody who can read the registry, the cache or a USB stick can read it");
}
