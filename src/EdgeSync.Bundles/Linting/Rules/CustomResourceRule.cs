using EdgeSync.Bundles.Linting.Schemas;

namespace EdgeSync.Bundles.Linting.Rules;

/// <summary>Custom resources whose definition is in the bundle and refuses them, and definitions that no server accepts.</summary>
internal sealed class CustomResourceRule : ILintRule
{
    public IEnumerable<LintFinding> Check(LintContext context)
    {
        var kinds = new CustomKinds(context.Objects.Select(item => item.Item));
        return context.Objects.SelectMany(item => item.Item.Id.GroupKind == CustomKinds.DefinitionKind ? CheckDefinition(item) : CheckResource(item, kinds));
    }

    private static IEnumerable<LintFinding> CheckDefinition(LintObject subject) =>
        DefinitionCheck.Check(subject.Item).Select(fault => LintContext.At(
            LintRules.DefinitionSchema, LintSeverity.Error, subject.Item, fault.Pointer, $"{subject.Id}: {FieldPath.Of(fault.Pointer)}: {fault.Message}"));

    private static IEnumerable<LintFinding> CheckResource(LintObject subject, CustomKinds kinds)
    {
        var item = subject.Item;
        if (kinds.Find(item.Id.GroupKind) is not { Count: > 0 } versions)
        {
            return [];
        }

        var name = item.ApiVersion[(item.ApiVersion.IndexOf('/', StringComparison.Ordinal) + 1)..];
        if (versions.FirstOrDefault(version => version.Name == name && version.IsServed) is not { } version)
        {
            var served = string.Join(", ", versions.Where(version => version.IsServed).Select(version => version.Name));
            return [LintContext.At(LintRules.KindUnknown, LintSeverity.Error, item, "/apiVersion", $"{subject.Id}: the bundle's definition of {item.Kind} has no version '{name}'; it has {served}")];
        }

        return version.Schema is null ? [] : CustomSchema.Check(item.Json, version).Select(fault => fault.At(subject));
    }
}
