using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Bundles.Linting.Schemas;

/// <summary>What a server checks in certain types, and their fields alone do not tell: one of several fields, values that fit an operator, ports.</summary>
internal static class TypeRules
{
    private const int MaxPort = 65535;

    private static readonly Dictionary<string, string[]> ExactlyOne = new(StringComparer.Ordinal)
    {
        ["core.v1.EnvVarSource"] = ["configMapKeyRef", "fieldRef", "fileKeyRef", "resourceFieldRef", "secretKeyRef"],
        ["core.v1.EnvFromSource"] = ["configMapRef", "secretRef"],
        ["core.v1.Handler"] = ["exec", "httpGet", "tcpSocket"],
        ["core.v1.LifecycleHandler"] = ["exec", "httpGet", "sleep", "tcpSocket"],
        ["core.v1.Probe"] = ["exec", "grpc", "httpGet", "tcpSocket"],
        ["networking.v1.IngressBackend"] = ["resource", "service"],
        ["admissionregistration.v1.WebhookClientConfig"] = ["service", "url"],
    };

    /// <summary>What is wrong with one object of a type: the rule, the field (empty for the object itself) and the message.</summary>
    public static IEnumerable<(string Rule, string Field, string Message)> Check(JsonObject json, ValueSchema schema)
    {
        if (ExactlyOne.TryGetValue(schema.TypeName, out var fields))
        {
            return OneOf(json, fields, isNeeded: true);
        }

        return schema.TypeName switch
        {
            "core.v1.Volume" => OneOf(json, [.. schema.Fields.Keys.Where(name => name != "name")], isNeeded: false),
            "core.v1.EnvVar" => json["valueFrom"] is not null && json.Text("value") is { Length: > 0 } ? [(LintRules.FieldValue, "", "has value and valueFrom; only one of them is allowed")] : [],
            "core.v1.ContainerPort" => Ports(json, "containerPort", "hostPort"),
            "core.v1.ServicePort" => Ports(json, "port"),
            "core.v1.ServiceSpec" => ServicePorts(json),
            "core.v1.PersistentVolumeClaimSpec" => json["resources"] is JsonObject resources && resources.At("requests", "storage") is null
                ? [(LintRules.FieldMissing, "/resources/requests/storage", "is missing")]
                : [],
            "core.v1.NodeSelectorRequirement" or "meta.v1.LabelSelectorRequirement" or "core.v1.ScopedResourceSelectorRequirement" => Values(json),
            "core.v1.Toleration" => json.Text("key") is null or "" && json.Text("operator") != "Exists"
                ? [(LintRules.FieldValue, "", "has no key; then the operator must be Exists")]
                : [],
            _ => [],
        };
    }

    private static IEnumerable<(string Rule, string Field, string Message)> OneOf(JsonObject json, string[] fields, bool isNeeded)
    {
        var found = fields.Where(field => json[field] is not null).ToList();
        if (found.Count > 1)
        {
            yield return (LintRules.FieldValue, "", $"has {string.Join(" and ", found)}; only one of them is allowed");
        }
        else if (found.Count == 0 && isNeeded)
        {
            yield return (LintRules.FieldMissing, "", $"needs one of {string.Join(", ", fields)}");
        }
    }

    private static IEnumerable<(string Rule, string Field, string Message)> Ports(JsonObject json, params string[] names) =>
        from name in names
        let port = json.Number(name)
        where port is not null && (port is < 0 or > MaxPort || (port == 0 && name != "hostPort"))
        select (LintRules.FieldValue, $"/{name}", $"must be from 1 to {MaxPort}, and is {port}");

    private static IEnumerable<(string Rule, string Field, string Message)> ServicePorts(JsonObject json)
    {
        var ports = json.Objects("ports").ToList();
        if (ports.Count == 0 && json.Text("type") != "ExternalName" && json.Text("clusterIP") != "None")
        {
            yield return (LintRules.FieldMissing, "/ports", "is missing");
        }

        for (var i = 0; ports.Count > 1 && i < ports.Count; i++)
        {
            if (ports[i].Text("name") is null or "")
            {
                yield return (LintRules.FieldMissing, $"/ports/{i}/name", "is missing; with several ports, each needs a name");
            }
        }

        if (json.Text("type") == "ExternalName" && json.Text("externalName") is null or "")
        {
            yield return (LintRules.FieldMissing, "/externalName", "is missing; the type ExternalName needs it");
        }
    }

    private static IEnumerable<(string Rule, string Field, string Message)> Values(JsonObject json)
    {
        var count = (json["values"] as JsonArray)?.Count ?? 0;
        var problem = json.Text("operator") switch
        {
            "In" or "NotIn" when count == 0 => "needs values with this operator",
            "Exists" or "DoesNotExist" when count > 0 => "must not have values with this operator",
            "Gt" or "Lt" when count != 1 => "needs exactly one value with this operator",
            _ => null,
        };
        if (problem is not null)
        {
            yield return (LintRules.FieldValue, "", problem);
        }
    }
}
