using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Snapshots;

/// <summary>Which objects of a bundle make a claim: the claim itself, or a StatefulSet with a template for it.</summary>
public static class ClaimOwners
{
    /// <summary>The object that makes the claim of this name, or null. The caller has chosen the objects by their namespace.</summary>
    public static KubernetesObject? Find(IEnumerable<KubernetesObject> objects, string claim)
    {
        ArgumentNullException.ThrowIfNull(objects);
        return objects.FirstOrDefault(item => (item.Id.GroupKind == "PersistentVolumeClaim" && item.Name == claim) || FindTemplate(item, claim) is not null);
    }

    /// <summary>The template of a StatefulSet by which it makes this claim (<c>TEMPLATE-STATEFULSET-NUMBER</c>); or null.</summary>
    public static JsonObject? FindTemplate(KubernetesObject item, string claim)
    {
        ArgumentNullException.ThrowIfNull(item);
        return item.Id.GroupKind == "StatefulSet.apps" ? item.Json.Objects("spec", "volumeClaimTemplates").FirstOrDefault(template => IsOfTemplate(claim, template, item.Json)) : null;
    }

    internal static bool IsOfTemplate(string claim, JsonObject template, JsonObject statefulSet)
    {
        var prefix = $"{template.Text("metadata", "name")}-{statefulSet.Text("metadata", "name")}-";
        return claim.Length > prefix.Length && claim.StartsWith(prefix, StringComparison.Ordinal) && claim.AsSpan(prefix.Length).IndexOfAnyExceptInRange('0', '9') < 0;
    }
}
