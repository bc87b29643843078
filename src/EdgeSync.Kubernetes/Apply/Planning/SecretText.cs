using System.Text;
using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Text;

namespace EdgeSync.Kubernetes.Apply.Planning;

/// <summary>Takes the values of a Secret out of the API server's words about it: an old server quotes what it cannot decode.</summary>
internal static class SecretText
{
    private const int ShortestValue = 3;
    private static readonly string[] Maps = ["data", "stringData"];

    /// <summary>The failure without values; the same one for any other kind.</summary>
    public static EdgeSyncException Clean(KubernetesObject item, EdgeSyncException failure)
    {
        if (item.Id.GroupKind != "Secret" || failure is not KubernetesApiException refusal)
        {
            return failure;
        }

        // Without causes it is the text of a decoder, with any part of the object in it.
        var message = refusal is { Causes.Count: 0, Reason: ApiReasons.ObjectInvalid or ApiReasons.ClusterError }
            ? $"{item.Id}: the API server cannot read the Secret; its answer is not shown, because it may quote values"
            : ValuesOf(item).Aggregate(refusal.Message, (text, value) => text.Replace(value, Redactor.Mask, StringComparison.Ordinal));
        return new KubernetesApiException(refusal.Reason, message)
        {
            Subject = refusal.Subject,
            Disposition = refusal.Disposition,
            Hint = refusal.Reason == ApiReasons.ObjectInvalid ? "Every value in 'data' must be base64, and every value in 'stringData' a text in quotes." : refusal.Hint,
            StatusCode = refusal.StatusCode,
        };
    }

    private static IEnumerable<string> ValuesOf(KubernetesObject item) => Maps
        .SelectMany(map => item.Json[map] is JsonObject values ? values.Select(member => member.Value) : [item.Json[map]])
        .SelectMany(TextsOf)
        .Where(text => text.Length >= ShortestValue)
        .OrderByDescending(text => text.Length);

    private static IEnumerable<string> TextsOf(JsonNode? value)
    {
        var text = value?.ToString() ?? "";
        yield return text;
        var bytes = new byte[text.Length];
        if (Convert.TryFromBase64String(text, bytes, out var count))
        {
            yield return Encoding.UTF8.GetString(bytes, 0, count);
        }
    }
}
