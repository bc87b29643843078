using EdgeSync.Bundles.Definition;
using EdgeSync.Kubernetes.Fields;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Yaml;

namespace EdgeSync.Bundles.Linting.Rules;

/// <summary>Entries of <c>ignore</c> that are about nothing, and annotations about fields that a site refuses.</summary>
internal sealed class IgnoredFieldsRule : ILintRule
{
    public IEnumerable<LintFinding> Check(LintContext context)
    {
        var definition = context.Folder.Definition;
        var unmatched = FindUnmatched(definition?.Ignore ?? [], context.Objects, "the bundle")
            .Concat((definition?.Components ?? []).SelectMany(component => FindUnmatched(
                component.Ignore, context.Objects.Where(item => item.Component.Name == component.Name), $"the component '{component.Name}'")));
        var refused = context.Objects.SelectMany(item => FieldRules.FindProblems(item.Item).Select(problem => LintContext.At(
            LintRules.AnnotationInvalid, LintSeverity.Error, item.Item, $"/metadata/annotations/{PositionMap.Escape(problem.Annotation)}",
            $"the annotation {problem.Annotation} of {item.Item.Id} is refused: {problem.Problem}")));
        return unmatched.Concat(refused);
    }

    // A namespace that the site decides (null) is taken for any.
    private static IEnumerable<LintFinding> FindUnmatched(IEnumerable<(IgnoreRule Rule, TextPosition Position)> rules, IEnumerable<LintObject> objects, string owner) => rules
        .Where(entry => !objects.Any(item => (item.Namespace is null ? entry.Rule with { Namespace = null } : entry.Rule).AppliesTo(item.Id)))
        .Select(entry => new LintFinding(
            LintRules.IgnoreUnmatched, LintSeverity.Warning, BundleDefinition.FileName, entry.Position.Line,
            $"ignore names {Describe(entry.Rule)}, and {owner} has no such object") { Column = entry.Position.Column });

    private static string Describe(IgnoreRule rule) =>
        $"{rule.Kind}{(rule.Name is null ? "" : $"/{rule.Name}")}{(rule.Namespace is null ? "" : $" in the namespace '{rule.Namespace}'")}";
}
