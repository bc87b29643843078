using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Apply;

/// <summary>
/// Writes fields of built-in kinds as the API server stores them, where server-side apply would refuse the other spelling, lose track of the field, or
/// take it from the controller that owns it. Everything else is compared by dry run and needs no rule here.
/// </summary>
internal static class NativeFields
{
    private const string Group = "rbac.authorization.k8s.io";
    private static readonly string[] ContainerLists = ["containers", "initContainers", "ephemeralContainers"];

    // What a Service says by leaving it out: with "" the server takes the address away, which it refuses, and allocates nothing.
    private static readonly string[] ServiceAllocations =
        ["clusterIP", "clusterIPs", "ipFamily", "ipFamilies", "ipFamilyPolicy", "healthCheckNodePort", "loadBalancerIP", "loadBalancerClass", "externalTrafficPolicy", "sessionAffinity", "type"];

    public static void Complete(KubernetesObject item)
    {
        var json = item.Json;
        switch (item.Id.GroupKind)
        {
            case "ConfigMap":
                CompactBase64(json, "binaryData");
                break;
            case "Secret":
                CompleteSecret(json);
                break;
            case "Service":
                CompleteService(json["spec"] as JsonObject);
                break;
            case "Endpoints":
                CompletePorts(json.Objects("subsets").SelectMany(subset => subset.Objects("ports")));
                break;
            case "EndpointSlice.discovery.k8s.io":
                CompletePorts(json.Objects("ports"));
                break;
            case "NetworkPolicy.networking.k8s.io" or "NetworkPolicy.extensions":
                CompletePolicy(json["spec"] as JsonObject);
                break;
            case "Pod":
                CompletePod(json["spec"] as JsonObject);
                break;
            case "ReplicationController" or "ReplicaSet.apps" or "Job.batch":
                CompletePod(json.At("spec", "template", "spec") as JsonObject);
                break;
            case "Deployment.apps":
                CompletePod(json.At("spec", "template", "spec") as JsonObject);
                CompleteStrategy(json.At("spec", "strategy") as JsonObject);
                break;
            case "StatefulSet.apps" or "DaemonSet.apps":
                CompletePod(json.At("spec", "template", "spec") as JsonObject);
                CompleteStrategy(json.At("spec", "updateStrategy") as JsonObject);
                json.Objects("spec", "volumeClaimTemplates").ToList().ForEach(CompleteClaim);
                break;
            case "CronJob.batch":
                CompletePod(json.At("spec", "jobTemplate", "spec", "template", "spec") as JsonObject);
                break;
            case "PodTemplate":
                CompletePod(json.At("template", "spec") as JsonObject);
                break;
            case "PersistentVolumeClaim":
                CompleteClaim(json);
                break;
            case "PersistentVolume":
                QuantitiesAsText(json.At("spec", "capacity"));
                break;
            case "ResourceQuota":
                QuantitiesAsText(json.At("spec", "hard"));
                break;
            case "LimitRange":
                foreach (var bounds in json.Objects("spec", "limits").SelectMany(limit => limit.Select(member => member.Value)))
                {
                    QuantitiesAsText(bounds);
                }

                break;
            case "RuntimeClass.node.k8s.io":
                QuantitiesAsText(json.At("overhead", "podFixed"));
                break;
            case "StorageClass.storage.k8s.io":
                RemoveEmpty(json, "parameters");
                break;
            case $"ClusterRole.{Group}" when json["aggregationRule"] is JsonObject:
                // The aggregation controller fills the rules in; what a manifest says there is replaced at once.
                json.Remove("rules");
                break;
            case "ValidatingWebhookConfiguration.admissionregistration.k8s.io" or "MutatingWebhookConfiguration.admissionregistration.k8s.io":
                foreach (var webhook in json.Objects("webhooks"))
                {
                    LeaveAuthority(webhook["clientConfig"] as JsonObject, json);
                }

                break;
            case "CustomResourceDefinition.apiextensions.k8s.io":
                LeaveAuthority(json.At("spec", "conversion", "webhook", "clientConfig") as JsonObject, json);
                LeaveAuthority(json.At("spec", "conversion", "webhookClientConfig") as JsonObject, json);
                break;
            case "APIService.apiregistration.k8s.io":
                LeaveAuthority(json["spec"] as JsonObject, json);
                break;
        }
    }

    // Server-side apply records ownership of stringData, which is never stored: a key that is taken out later would stay in data for ever.
    private static void CompleteSecret(JsonObject json)
    {
        RemoveEmpty(json, "type");
        if (json["stringData"] is JsonObject texts)
        {
            if (json["data"] is not JsonObject data)
            {
                json["data"] = data = [];
            }

            foreach (var (key, value) in texts)
            {
                data[key] = value is JsonValue text && text.TryGetValue<string>(out var plain)
                    ? Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(plain))
                    : value?.DeepClone() ?? "";
            }
        }

        // Where it is no map, the server says so.
        if (json["stringData"] is null or JsonObject)
        {
            json.Remove("stringData");
        }

        CompactBase64(json, "data");
    }

    private static void CompactBase64(JsonObject json, string member)
    {
        foreach (var (key, value) in (json[member] as JsonObject)?.ToList() ?? [])
        {
            if (value is JsonValue text && text.TryGetValue<string>(out var encoded) && encoded.AsSpan().ContainsAny('\n', '\r'))
            {
                json[member]![key] = encoded.Replace("\n", "", StringComparison.Ordinal).Replace("\r", "", StringComparison.Ordinal);
            }
        }
    }

    private static void CompleteService(JsonObject? spec)
    {
        foreach (var member in ServiceAllocations)
        {
            RemoveEmpty(spec, member);
        }

        foreach (var port in spec.Objects("ports"))
        {
            RemoveEmpty(port, "nodePort");
            RemoveEmpty(port, "targetPort");
        }

        CompletePorts(spec.Objects("ports"));
    }

    // The server derives the types once, from the first version of the policy. Written out, they follow when the egress rules are taken out.
    private static void CompletePolicy(JsonObject? spec)
    {
        if (spec is null)
        {
            return;
        }

        if (spec["policyTypes"] is not JsonArray { Count: > 0 })
        {
            spec["policyTypes"] = spec["egress"] is JsonArray { Count: > 0 } ? new JsonArray("Ingress", "Egress") : new JsonArray("Ingress");
        }

        foreach (var rule in spec.Objects("ingress").Concat(spec.Objects("egress")))
        {
            CompletePorts(rule.Objects("ports"));
        }
    }

    private static void CompletePod(JsonObject? pod)
    {
        if (pod is null)
        {
            return;
        }

        // The server keeps both names of the account alike, and falls back to the old one: it must go together with the new one.
        RemoveEmpty(pod, "serviceAccountName");
        RemoveEmpty(pod, "serviceAccount");
        RemoveEmpty(pod, "nodeName");
        var account = pod.Text("serviceAccountName") ?? pod.Text("serviceAccount");
        if (account is not null)
        {
            pod["serviceAccountName"] = account;
            pod["serviceAccount"] = account;
        }

        QuantitiesAsText(pod["overhead"]);
        foreach (var container in ContainerLists.SelectMany(list => pod.Objects(list)))
        {
            CompletePorts(container.Objects("ports"));
            QuantitiesAsText(container.At("resources", "limits"));
            QuantitiesAsText(container.At("resources", "requests"));
            foreach (var source in container.Objects("env").Select(variable => variable.At("valueFrom", "resourceFieldRef") as JsonObject).OfType<JsonObject>())
            {
                QuantityAsText(source, "divisor");
            }
        }

        foreach (var volume in pod.Objects("volumes"))
        {
            if (volume["emptyDir"] is JsonObject directory)
            {
                QuantityAsText(directory, "sizeLimit");
            }

            if (volume.At("ephemeral", "volumeClaimTemplate") is JsonObject claim)
            {
                CompleteClaim(claim);
            }
        }
    }

    private static void CompleteClaim(JsonObject claim)
    {
        // "" as a storage class has a meaning; "" as a volume means that none is chosen yet.
        RemoveEmpty(claim["spec"] as JsonObject, "volumeName");
        QuantitiesAsText(claim.At("spec", "resources", "requests"));
        QuantitiesAsText(claim.At("spec", "resources", "limits"));
    }

    // The server's defaults for a rolling update stay when the strategy changes, and are then refused; null takes them away.
    private static void CompleteStrategy(JsonObject? strategy)
    {
        if (strategy.Text("type") is "Recreate" or "OnDelete" && strategy!["rollingUpdate"] is null)
        {
            strategy["rollingUpdate"] = null;
        }
    }

    // An injector (cert-manager, OpenShift) fills the authority in; manifests hold a placeholder: nothing, or a line break in base64.
    private static void LeaveAuthority(JsonObject? client, JsonObject json)
    {
        RemoveEmpty(client, "caBundle");
        if (client.Text("caBundle") == "Cg==" || IsInjected(json))
        {
            client?.Remove("caBundle");
        }
    }

    private static bool IsInjected(JsonObject json) => (json.At("metadata", "annotations") as JsonObject ?? []).Any(annotation =>
        annotation.Key.StartsWith("cert-manager.io/inject-", StringComparison.Ordinal)
        || annotation.Key.StartsWith("certmanager.k8s.io/inject-", StringComparison.Ordinal)
        || annotation.Key.EndsWith("/inject-cabundle", StringComparison.Ordinal));

    // The protocol is a part of the key by which ports are merged, and older servers refuse a port without it.
    private static void CompletePorts(IEnumerable<JsonObject> ports)
    {
        foreach (var port in ports)
        {
            RemoveEmpty(port, "protocol");
            port["protocol"] ??= "TCP";
        }
    }

    private static void QuantitiesAsText(JsonNode? quantities)
    {
        if (quantities is JsonObject map)
        {
            foreach (var name in map.Select(member => member.Key).ToList())
            {
                QuantityAsText(map, name);
            }
        }
    }

    // Every other way to the server takes a number for a quantity; server-side apply wants a text on older servers.
    private static void QuantityAsText(JsonObject map, string name)
    {
        if (map[name] is JsonValue value && value.GetValueKind() == JsonValueKind.Number)
        {
            map[name] = value.ToJsonString();
        }
    }

    private static void RemoveEmpty(JsonObject? map, string member)
    {
        var isEmpty = map?[member] switch
        {
            null or JsonObject { Count: 0 } or JsonArray { Count: 0 } => true,
            JsonValue value => (value.TryGetValue<string>(out var text) && text.Length == 0) || value.GetValueKind() == JsonValueKind.Number && value.ToJsonString() == "0",
            _ => false,
        };
        if (isEmpty)
        {
            map?.Remove(member);
        }
    }
}
