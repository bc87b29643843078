using EdgeSync.Bundles.Linting.Schemas;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Bundles.Linting;

/// <summary>Checks custom resources by the definitions that come with them, before any cluster knows those.</summary>
public sealed class CustomResourceCheck
{
    private readonly CustomKinds _kinds;

    /// <summary>Reads the definitions among these objects.</summary>
    public CustomResourceCheck(IEnumerable<KubernetesObject> objects) => _kinds = new CustomKinds(objects);

    /// <summary>Everything that a server with the definition would refuse, one sentence each; nothing for a kind that the objects do not define.</summary>
    public IReadOnlyList<string> FindErrors(KubernetesObject item)
    {
        ArgumentNullException.ThrowIfNull(item);
        if (_kinds.Find(item.Id.GroupKind) is not { Count: > 0 } versions)
        {
            return [];
        }

        var name = item.ApiVersion[(item.ApiVersion.IndexOf('/', StringComparison.Ordinal) + 1)..];
        if (versions.FirstOrDefault(version => version.Name == name && version.IsServed) is not { } version)
        {
            var served = string.Join(", ", versions.Where(version => version.IsServed).Select(version => version.Name));
            return [$"the bundle's definition of {item.Kind} has no version '{name}'; it has {served}"];
        }

        return version.Schema is null
            ? []
            : [.. CustomSchema.Check(item.Json, version).Where(fault => fault.Severity == LintSeverity.Error).Select(fault => $"{fault.Subject} {fault.Message}".Trim())];
    }
}
