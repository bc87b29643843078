using EdgeSync.Bundles.Definition;
using EdgeSync.Bundles.Values;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Bundles.Linting.Rules;

/// <summary>References to values that no site could fill, and declared values that nothing uses.</summary>
internal sealed class ValueRule : ILintRule
{
    public IEnumerable<LintFinding> Check(LintContext context)
    {
        if (context.Samples is not { } samples)
        {
            yield break;
        }

        var used = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (item, places) in samples.Objects)
        {
            foreach (var (pointer, problem) in places.Problems)
            {
                yield return LintContext.At(LintRules.ValueReference, LintSeverity.Error, item, pointer, problem);
            }

            foreach (var (place, name, fallback) in places.All.SelectMany(place => place.Template.References.Select(reference => (place, reference.Name, reference.Default))))
            {
                used.Add(name);
                if (Check(item, place, name, fallback, samples.Declared.GetValueOrDefault(name)) is { } finding)
                {
                    yield return finding;
                }
            }
        }

        foreach (var value in context.Folder.Definition!.Values!.Where(value => !used.Contains(value.Name)))
        {
            yield return new LintFinding(
                LintRules.ValueUnused, LintSeverity.Warning, BundleDefinition.FileName, value.Position.Line, $"the value {value.Name} is declared, and no manifest uses it")
            {
                Column = value.Position.Column,
            };
        }
    }

    private static LintFinding? Check(KubernetesObject item, ValuePlace place, string name, string? fallback, ValueDeclaration? declaration) =>
        BundleValues.FindPlaceProblem(item, place, name, declaration) is { } problem
            ? LintContext.At(declaration is null ? LintRules.ValueUndeclared : LintRules.ValueReference, LintSeverity.Error, item, place.Pointer, problem)
            : fallback is not null && declaration?.Secret == true
                ? LintContext.At(LintRules.ValueReference, LintSeverity.Error, item, place.Pointer, $"{name} is a secret; a default would be readable for everybody who can read the bundle")
                : fallback is not null && declaration?.FindProblem(fallback) is { } unfit
                    ? LintContext.At(LintRules.ValueReference, LintSeverity.Error, item, place.Pointer, $"the default of {name} does not fit its declaration: it {unfit}")
                    : null;
}
