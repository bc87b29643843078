namespace EdgeSync.Bundles.Linting.Rules;

/// <summary>An object that is there twice, also by two versions of its API, or once with a namespace and once with the component's.</summary>
internal sealed class DuplicateObjectRule : ILintRule
{
    public IEnumerable<LintFinding> Check(LintContext context) =>
        context.Objects.GroupBy(item => item.Id.Key, StringComparer.Ordinal).SelectMany(group => group.Skip(1).Select(again => LintContext.At(
            LintRules.ObjectDuplicate, LintSeverity.Error, again.Item, "/metadata/name",
            $"{again.Id} is there already ({group.First().Item.Source}); one would overwrite the other")));
}
