using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Api;

/// <summary>
/// A write that ended without an answer: the API server may have stored it all the same. Whether it did is read from the live object, before anybody calls
/// the write failed.
/// </summary>
internal static class UncertainWrite
{
    /// <summary>Whether the failure leaves open what became of the write.</summary>
    public static bool Is(KubernetesApiException failure) => failure.Reason == ApiReasons.ClusterTimeout || failure.StatusCode == 504;

    /// <summary>Whether the live object has everything that was to be applied.</summary>
    public static bool IsApplied(JsonObject desired, JsonObject live) =>
        live.At("metadata", "deletionTimestamp") is null && Contains(live, desired);

    /// <summary>Whether the object with this uid is gone or going.</summary>
    public static bool IsDeleted(string uid, JsonObject? live) =>
        live is null || live.Text("metadata", "uid") != uid || live.At("metadata", "deletionTimestamp") is not null;

    private static bool Contains(JsonNode? live, JsonNode? desired) => (live, desired) switch
    {
        (JsonObject there, JsonObject wanted) => wanted.All(member => Contains(there[member.Key], member.Value)),
        (JsonArray there, JsonArray wanted) => there.Count == wanted.Count && there.Zip(wanted).All(pair => Contains(pair.First, pair.Second)),
        _ => JsonNode.DeepEquals(live, desired),
    };
}
