using EdgeSync.Bundles.Rendering;
using EdgeSync.Kubernetes.Hooks;

namespace EdgeSync.Bundles.Linting.Rules;

/// <summary>Hooks of Helm: left out of a chart, mapped with a difference, refused in a chart, and applied as plain objects from other files.</summary>
internal sealed class HelmHookRule : ILintRule
{
    public IEnumerable<LintFinding> Check(LintContext context)
    {
        foreach (var finding in context.Folder.HookFindings)
        {
            yield return finding;
        }

        foreach (var component in context.Folder.Components)
        {
            foreach (var item in component.Objects)
            {
                if (HelmHooks.HookOf(item.Json) is { } text)
                {
                    var (isChart, hook) = (component.Definition.Chart is not null, RenderProgram.Clean(text));
                    yield return LintContext.At(
                        LintRules.HelmHook, isChart ? LintSeverity.Error : LintSeverity.Warning, item, "/metadata/annotations", isChart
                            ? $"{item} is a hook of Helm ({hook}) that EdgeSync cannot run as a Job at that moment; switch it off in the chart's values, or leave all hooks out with 'hooks: omit'"
                            : $"{item} has the annotation of a hook of Helm ({hook}); EdgeSync applies it with the other objects, not before or after them. For a hook, write '{Hook.Annotation}'");
                }
            }
        }
    }
}
