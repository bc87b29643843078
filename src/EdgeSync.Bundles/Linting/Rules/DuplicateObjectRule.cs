namespace EdgeSync.Bundles.Linting.Rules;

/// <summary>
/// An object that is there twice, also by two versions of its API, or once with a namespace and once with the component's. Components that no site applies
/// together can have the same object.
/// </summary>
internal sealed class DuplicateObjectRule : ILintRule
{
    public IEnumerable<LintFinding> Check(LintContext context)
    {
        foreach (var group in context.Objects.GroupBy(item => item.Id.Key, StringComparer.Ordinal))
        {
            var before = new List<LintObject>();
            foreach (var item in group)
            {
                if (before.Find(other => item.Component.When?.Excludes(other.Component.When) != true) is { } first)
                {
                    yield return LintContext.At(
                        LintRules.ObjectDuplicate, LintSeverity.Error, item.Item, "/metadata/name",
                        $"{item.Id} is there already ({first.Item.Source}); one would overwrite the other");
                }

                before.Add(item);
            }
        }
    }
}
