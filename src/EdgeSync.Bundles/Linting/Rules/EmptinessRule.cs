using EdgeSync.Bundles.Definition;
using EdgeSync.Bundles.Sources;
using EdgeSync.Kubernetes.Hooks;

namespace EdgeSync.Bundles.Linting.Rules;

/// <summary>No object in the bundle or in a component, and files that are not in the bundle.</summary>
internal sealed class EmptinessRule : ILintRule
{
    public IEnumerable<LintFinding> Check(LintContext context)
    {
        if (context.Objects.All(item => Hook.IsOne(item.Item)))
        {
            yield return new LintFinding(
                LintRules.BundleEmpty, LintSeverity.Error, BundleDefinition.FileName, 1, context.Objects.Count == 0 ? "the bundle has no object; every site refuses it" : "the bundle has nothing but hooks; every site refuses it");
        }

        foreach (var component in context.Folder.Components.Where(component => component.Objects.Count == 0 && context.Objects.Count > 0))
        {
            var at = component.Definition.Position;
            yield return new LintFinding(
                LintRules.ComponentEmpty, LintSeverity.Warning, BundleDefinition.FileName, at.Line,
                $"the component '{component.Definition.Name}' has no object in '{component.Definition.Chart?.Chart ?? component.Definition.Path}'")
            {
                Column = at.Column,
            };
        }

        foreach (var file in context.Folder.UnusedFiles)
        {
            yield return ManifestNames.IsKustomization(file.Path) && file.Reason != UnusedReason.NoComponent
                ? new LintFinding(
                    LintRules.KustomizationInBundle, LintSeverity.Error, file.Path, 1, "this is input for kustomize; name its folder as 'kustomize' of a component, or put what 'kustomize build' prints into the bundle")
                : new LintFinding(LintRules.FileUnused, LintSeverity.Warning, file.Path, 1, Describe(file.Reason));
        }
    }

    private static string Describe(UnusedReason reason) => reason switch
    {
        UnusedReason.NoComponent => "the file belongs to no component, and so is not in the bundle",
        UnusedReason.NoObject => "no document of the file has apiVersion and kind, and so it is not in the bundle",
        _ => $"manifests are {ManifestNames.Extensions} files, and so this one is not in the bundle; move it out, or give it a name that begins with a dot",
    };
}
