using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Bundles.Linting.Schemas;

/// <summary>Tells fields of built-in kinds that are texts from those that are numbers or booleans, as the values of a ConfigMap from the replicas of a Deployment.</summary>
internal static class TextFields
{
    /// <summary>Whether Kubernetes takes a text at this path of member names and list indexes; false where it does not, or the kind is not known.</summary>
    public static bool Has(ObjectId id, IReadOnlyList<object> path)
    {
        if (!KubernetesSchema.Newest.TryFind(id.ApiVersion, id.Kind, out var schema) && !KubernetesSchema.Oldest.TryFind(id.ApiVersion, id.Kind, out schema))
        {
            return false;
        }

        foreach (var step in path)
        {
            schema = schema switch
            {
                { Kind: ValueKind.Object } when step is string name => schema.Fields.GetValueOrDefault(name)?.Value,
                { Kind: ValueKind.Map or ValueKind.List } => schema.Item,
                _ => null,
            };
            if (schema is null)
            {
                return false;
            }
        }

        // Kubernetes 1.20 takes quantities as texts only.
        return schema.Kind is ValueKind.Text or ValueKind.Choice or ValueKind.Bytes or ValueKind.Time or ValueKind.Quantity or ValueKind.QuantityText;
    }
}
