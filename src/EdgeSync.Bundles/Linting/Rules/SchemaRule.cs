using EdgeSync.Bundles.Linting.Schemas;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Bundles.Linting.Rules;

/// <summary>Objects of built-in kinds that do not fit the schema of their kind. An API server refuses them.</summary>
internal sealed class SchemaRule : ILintRule
{
    public IEnumerable<LintFinding> Check(LintContext context)
    {
        var range = new KubernetesRange(context.Folder.Definition?.Requires.Kubernetes);
        var custom = new CustomKinds(context.Objects.Select(item => item.Item));
        return context.Objects.Where(item => custom.Find(item.Item.Id.GroupKind) is null).SelectMany(item => Check(item, range));
    }

    private static IEnumerable<LintFinding> Check(LintObject subject, KubernetesRange range)
    {
        var item = subject.Item;
        if (KindProblem(item, range) is var (severity, problem))
        {
            return [LintContext.At(LintRules.KindUnknown, severity, item, "/kind", problem)];
        }

        var results = range.Schemas
            .Where(schema => schema.TryFind(item.ApiVersion, item.Kind, out _))
            .Select(schema => (schema.Version, Faults: schema.TryFind(item.ApiVersion, item.Kind, out var kind) ? SchemaWalk.Check(item.Json, kind) : []))
            .ToList();
        return Combine(results, range.IsStated)
            .Select(fault => fault.At(subject));
    }

    // Without a range, a fault must be one in every version that has the kind.
    private static IEnumerable<SchemaFault> Combine(List<(string Version, IReadOnlyList<SchemaFault> Faults)> results, bool isUnion)
    {
        if (results is not [var older, var newer])
        {
            return results.SelectMany(result => result.Faults);
        }

        var inNewer = newer.Faults.ToLookup(Key);
        var inOlder = older.Faults.ToLookup(Key);
        var both = newer.Faults.Where(fault => inOlder.Contains(Key(fault)));
        return !isUnion ? both
            : both.Concat(newer.Faults.Where(fault => !inOlder.Contains(Key(fault))).Select(fault => Of(fault, newer.Version)))
                .Concat(older.Faults.Where(fault => !inNewer.Contains(Key(fault))).Select(fault => Of(fault, older.Version)));
    }

    private static (string Rule, string Subject) Key(SchemaFault fault) => (fault.Rule, fault.Subject);

    private static SchemaFault Of(SchemaFault fault, string version) =>
        fault with { Message = $"{fault.Message} (Kubernetes {version}, which 'requires' allows, refuses it)" };

    private static (LintSeverity Severity, string Problem)? KindProblem(KubernetesObject item, KubernetesRange range)
    {
        var all = new[] { KubernetesSchema.Oldest, KubernetesSchema.Newest };
        var known = all.Where(schema => schema.TryFind(item.ApiVersion, item.Kind, out _)).ToList();
        if (known.Count == 0)
        {
            return all.Any(schema => schema.HasGroupVersion(item.ApiVersion))
                ? (LintSeverity.Error, $"{item.ApiVersion} has no kind '{item.Kind}'{UnknownKind.Suggest(item, all)}")
                : null;
        }

        var isPreview = item.ApiVersion.Contains("alpha", StringComparison.Ordinal) || item.ApiVersion.Contains("beta", StringComparison.Ordinal);
        return range.IsStated && range.AllowsOldest && !known.Contains(KubernetesSchema.Oldest)
            ? (isPreview ? LintSeverity.Warning : LintSeverity.Error,
                $"Kubernetes {KubernetesSchema.Oldest.Version}, which 'requires' allows, has no {item.Kind} of {item.ApiVersion}{UnknownKind.Suggest(item, [KubernetesSchema.Oldest])}")
            : null;
    }
}
