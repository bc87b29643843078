using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Primitives.Text;

namespace EdgeSync.Bundles.Linting.Schemas;

/// <summary>Says where a kind that is not in its API version may be found.</summary>
internal static class UnknownKind
{
    /// <summary>The end of a sentence, or nothing.</summary>
    public static string Suggest(KubernetesObject item, IReadOnlyList<KubernetesSchema> schemas)
    {
        var kinds = schemas.SelectMany(schema => schema.Kinds).Select(kind => kind.Split(' ')).Distinct().ToList();
        var versions = kinds.Where(kind => kind[1] == item.Kind).Select(kind => kind[0]).Distinct().ToList();
        var best = versions.OrderBy(version => version.Contains("alpha", StringComparison.Ordinal) || version.Contains("beta", StringComparison.Ordinal)).ThenByDescending(version => version, StringComparer.Ordinal).FirstOrDefault();
        return best is not null ? $"; it has one of {best}"
            : NearestName.Find(item.Kind, kinds.Where(kind => kind[0] == item.ApiVersion).Select(kind => kind[1])) is { } near ? $"; did you mean '{near}'?"
            : "";
    }
}
