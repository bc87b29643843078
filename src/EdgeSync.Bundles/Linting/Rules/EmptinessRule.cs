using EdgeSync.Bundles.Definition;

namespace EdgeSync.Bundles.Linting.Rules;

/// <summary>No object in the bundle or in a component, and manifests that no component includes.</summary>
internal sealed class EmptinessRule : ILintRule
{
    public IEnumerable<LintFinding> Check(LintContext context)
    {
        if (context.Objects.Count == 0)
        {
            yield return new LintFinding(
                LintRules.BundleEmpty, LintSeverity.Error, BundleDefinition.FileName, 1, "the bundle has no object; every site refuses it");
        }

        foreach (var component in context.Folder.Components.Where(component => component.Objects.Count == 0 && context.Objects.Count > 0))
        {
            var at = component.Definition.Position;
            yield return new LintFinding(
                LintRules.ComponentEmpty, LintSeverity.Warning, BundleDefinition.FileName, at.Line,
                $"the component '{component.Definition.Name}' has no object in '{component.Definition.Path}'")
            {
                Column = at.Column,
            };
        }

        foreach (var file in context.Folder.UnusedFiles)
        {
            yield return new LintFinding(
                LintRules.FileUnused, LintSeverity.Warning, file, 1, "the file belongs to no component, and so is not in the bundle");
        }
    }
}
