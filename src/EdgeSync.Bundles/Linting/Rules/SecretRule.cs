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
        let member = Members.FirstOrDefault(name => HasOpenSecret(context, item, name))
        where member is not null
        select LintContext.At(
            LintRules.SecretInBundle, LintSeverity.Warning, item, $"/{member}",
            $"{item.Id} is unencrypted in the bundle: everybody who can read the registry, the cache or a USB stick can read it");

    private static bool HasOpenSecret(LintContext context, KubernetesObject item, string member) =>
        ((JsonNode)item.Json).At(member) is JsonObject values
        && values.Any(value => context.Samples?.IsSecretOfTheSite(item, $"/{member}/{PositionMap.Escape(value.Key)}") != true);
}
