using EdgeSync.Bundles.Rendering;

namespace EdgeSync.Bundles.Linting.Rules;

/// <summary>Hooks of Helm: left out, refused in a chart, and applied as plain objects from other files.</summary>
internal sealed class HelmHookRule : ILintRule
{
    public IEnumerable<LintFinding> Check(LintContext context)
    {
        foreach (var hook in context.Folder.LeftOutHooks)
        {
            yield return new LintFinding(LintRules.HelmHook, LintSeverity.Info, hook.File!, hook.Line, hook.Message);
        }

        foreach (var component in context.Folder.Components)
        {
            foreach (var item in component.Objects)
            {
                if (ChartOutput.HookOf(item.Json) is { } text)
                {
                    var (isChart, hook) = (component.Definition.Chart is not null, RenderProgram.Clean(text));
                    yield return LintContext.At(
                        LintRules.HelmHook, isChart ? LintSeverity.Error : LintSeverity.Warning, item, "/metadata/annotations", isChart
                            ? $"{item} is a hook of Helm ({hook}), and EdgeSync has no hooks; switch it off in the chart's values, or leave all hooks out with 'hooks: omit'"
                            : $"{item} has the annotation of a hook of Helm ({hook}); EdgeSync applies it with the other objects, not before or after them");
                }
            }
        }
    }
}
