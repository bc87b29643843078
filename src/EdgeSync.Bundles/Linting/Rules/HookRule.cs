using EdgeSync.Kubernetes.Hooks;

namespace EdgeSync.Bundles.Linting.Rules;

/// <summary>Annotations of hooks that no site understands.</summary>
internal sealed class HookRule : ILintRule
{
    public IEnumerable<LintFinding> Check(LintContext context) =>
        from item in context.Objects.Select(item => item.Item)
        from found in Hook.FindProblems(item)
        select LintContext.At(LintRules.HookInvalid, LintSeverity.Error, item, found.Pointer, $"{item.Id}: {found.Problem}");
}
