using System.Globalization;
using System.Text.Json.Nodes;

namespace EdgeSync.Benchmarks.Apply;

/// <summary>
/// So many objects of the kinds that a site's bundle has, in one namespace: ConfigMaps, Secrets, Services, RBAC and, where controllers run,
/// Deployments with no replica.
/// </summary>
/// <param name="Count">How many, without the namespace.</param>
/// <param name="HasWorkloads">Whether Deployments are among them, which only a controller makes healthy.</param>
internal sealed record MixedObjects(int Count, bool HasWorkloads)
{
    /// <summary>The objects in this namespace; <paramref name="changed"/> of them, the first ones, are as a newer version has them.</summary>
    public IReadOnlyList<JsonObject> Create(string @namespace, int changed) =>
        [.. Enumerable.Range(0, Count).Select(i => Create(@namespace, i, i < changed ? "2" : "1"))];

    /// <summary>The path of one object in the API.</summary>
    public static string PathOf(JsonObject item)
    {
        var group = (string)item["apiVersion"]!;
        var plural = (string)item["kind"]! switch
        {
            "ConfigMap" => "configmaps",
            "Secret" => "secrets",
            "Service" => "services",
            "Role" => "roles",
            "RoleBinding" => "rolebindings",
            "Deployment" => "deployments",
            var other => throw new ArgumentException($"no path for {other}", nameof(item)),
        };
        return $"/{(group == "v1" ? "api" : "apis")}/{group}/namespaces/{(string)item["metadata"]!["namespace"]!}/{plural}/{(string)item["metadata"]!["name"]!}";
    }

    private JsonObject Create(string @namespace, int number, string version)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"item-{number:0000}");
        var item = (number % 20) switch
        {
            0 when HasWorkloads => Parse("apps/v1", "Deployment", """
                {"spec": {"replicas": 0, "selector": {"matchLabels": {"app": "NAME"}}, "template": {"metadata": {"labels": {"app": "NAME", "version": "vVERSION"}},
                 "spec": {"containers": [{"name": "main", "image": "registry.invalid/main:VERSION", "resources": {"limits": {"memory": "64Mi"}}}]}}}}
                """, name, version),
            1 or 2 => Parse("v1", "Service", """
                {"spec": {"selector": {"app": "NAME", "version": "vVERSION"}, "ports": [{"name": "http", "port": 80, "protocol": "TCP", "targetPort": 8080}]}}
                """, name, version),
            3 => Parse("rbac.authorization.k8s.io/v1", "Role", """
                {"rules": [{"apiGroups": [""], "resources": ["configmaps"], "resourceNames": ["c-VERSION"], "verbs": ["get", "watch"]}]}
                """, name, version),
            4 => Parse("rbac.authorization.k8s.io/v1", "RoleBinding", """
                {"roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "reader"}, "subjects": [{"kind": "User", "name": "user-VERSION", "apiGroup": "rbac.authorization.k8s.io"}]}
                """, name, version),
            5 or 6 => Parse("v1", "Secret", """{"type": "Opaque", "stringData": {"password": "correct horse VERSION"}}""", name, version),
            _ => Parse("v1", "ConfigMap", """{"data": {"version": "VERSION", "settings.ini": "[shop]\ncurrency = EUR\ntills = 8\nnote = this is version VERSION\n"}}""", name, version),
        };
        item["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = @namespace };
        return item;
    }

    private static JsonObject Parse(string apiVersion, string kind, string rest, string name, string version)
    {
        var item = JsonNode.Parse(rest.Replace("NAME", name, StringComparison.Ordinal).Replace("VERSION", version, StringComparison.Ordinal))!.AsObject();
        item["apiVersion"] = apiVersion;
        item["kind"] = kind;
        return item;
    }
}
