using EdgeSync.Reconciliation;
using EdgeSync.Yaml;

namespace EdgeSync.Agent.Configuration;

/// <summary><c>channels[].tenant</c>: what a channel may bring whose bundles the site's owner does not review.</summary>
internal static class TenantSection
{
    private const int MostObjects = 100_000;

    /// <summary>Reads the section; <paramref name="namespace"/> is the one of objects that name none.</summary>
    public static TenantLimits Read(YamlSection reader, string @namespace)
    {
        var limits = new TenantLimits
        {
            Account = ReadAccount(reader),
            Namespaces = [.. reader.TextItems("namespaces").Select(item => item.Text)],
            ClusterKinds = [.. reader.TextItems("clusterKinds").Select(item => item.Text)],
            ForbiddenKinds = [.. reader.TextItems("forbiddenKinds").Select(item => item.Text)],
            MaxObjects = reader.Has("maxObjects") ? reader.Number("maxObjects", MostObjects, 1, MostObjects) : null,
        };
        if (limits.Namespaces.Count == 0)
        {
            reader.Fault("namespaces", "names no namespace; write those in which the channel may have objects: [partner]");
        }
        else if (!limits.Namespaces.Contains(@namespace))
        {
            reader.Fault("namespaces", $"lacks the channel's own namespace '{@namespace}'; add it, or set the channel's 'namespace'");
        }

        return limits;
    }

    private static string? ReadAccount(YamlSection reader)
    {
        if (reader.OptionalText("serviceAccount") is not { } text)
        {
            return null;
        }

        if (text.Split('/') is [{ Length: > 0 } place, { Length: > 0 } name])
        {
            return $"system:serviceaccount:{place}:{name}";
        }

        reader.Fault("serviceAccount", $"'{text}' is no service account; write NAMESPACE/NAME");
        return null;
    }
}
