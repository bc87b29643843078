using EdgeSync.Bundles.Definition;

namespace EdgeSync.Bundles.Linting.Rules;

/// <summary>Checks of a preflight that ask a Service which the bundle does not bring.</summary>
internal sealed class PreflightRule : ILintRule
{
    // A namespace that the site decides (null) is taken for any.
    public IEnumerable<LintFinding> Check(LintContext context) =>
        from entry in context.Folder.Definition?.Preflight ?? []
        where !context.Objects.Any(item => item.Id.GroupKind == "Service" && item.Item.Name == entry.Probe.Service
            && (item.Namespace is null || entry.Probe.Namespace is null || item.Namespace == entry.Probe.Namespace))
        select new LintFinding(
            LintRules.PreflightUnmatched, LintSeverity.Error, BundleDefinition.FileName, entry.Position.Line,
            $"the check '{entry.Probe.Name}' asks the Service '{entry.Probe.Service}', which is not in the bundle{(entry.Probe.Namespace is { } name ? $" in the namespace '{name}'" : "")}")
        {
            Column = entry.Position.Column,
        };
}
