using System.Net;
using System.Security.Authentication;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Text;
using EdgeSync.Primitives.Tls;

namespace EdgeSync.Kubernetes.Api;

/// <summary>What the API server's refusals mean: the only place that decides whether to try again.</summary>
internal static class ApiFailures
{
    private const int MaxMessage = 2_000;

    public static KubernetesApiException FromResponse(string subject, HttpStatusCode code, TimeSpan? retryAfter, ReadOnlySpan<byte> body)
    {
        var status = ParseStatus(body);
        var causes = status.Objects("details", "causes").ToList();
        var words = status?.Text("message") ?? Encoding.UTF8.GetString(body).Trim();
        var (reason, disposition, hint) = Classify((int)code, status, causes, words);
        return new KubernetesApiException(reason, $"{subject}: {(words.Length > 0 ? Shorten(words) : $"the API server answered {(int)code}")}")
        {
            Subject = subject,
            Disposition = disposition,
            Hint = hint,
            StatusCode = (int)code,
            StatusReason = status?["kind"] is null && status?["message"] is null ? null : status.Text("reason") ?? "",
            RetryAfter = retryAfter ?? (status.Number("details", "retryAfterSeconds") is > 0 and < 3600 and var seconds ? TimeSpan.FromSeconds(seconds) : null),
            Causes = [.. causes.Select(cause => $"{cause.Text("field")}: {cause.Text("message")}")],
        };
    }

    /// <summary>The same refusal, of an object that is valid but cannot replace the live one.</summary>
    public static KubernetesApiException Immutable(KubernetesApiException refusal) =>
        Stalled(refusal, ApiReasons.ObjectImmutable, "Give the object another name, or allow EdgeSync to delete and create it again.");

    /// <summary>The same refusal, of an object that breaks its schema.</summary>
    public static KubernetesApiException Malformed(KubernetesApiException refusal) =>
        Stalled(refusal, ApiReasons.ObjectInvalid, "Correct the object in the bundle: an unknown field, a wrong type, or a list item twice.");

    /// <summary>The same refusal, of an object that the cluster cannot store.</summary>
    public static KubernetesApiException TooLarge(KubernetesApiException refusal) => Stalled(refusal, ApiReasons.ObjectTooLarge, "Split the object.");

    public static KubernetesApiException UnknownKind(ObjectId id) => new(
        ApiReasons.KindUnknown, $"{id}: the cluster does not know the kind {id.Kind} of {id.ApiVersion}")
    {
        Subject = id.ToString(),
        Disposition = Disposition.Stalled,
        Hint = "Put the CustomResourceDefinition of this kind into the bundle, or correct apiVersion and kind.",
    };

    public static KubernetesApiException FromConnection(string subject, Exception failure)
    {
        var isTls = failure is AuthenticationException || failure.InnerException is AuthenticationException or ServerCertificateException;
        return new KubernetesApiException(
            isTls ? ApiReasons.ClusterNotTrusted : ApiReasons.ClusterUnreachable,
            $"{subject}: {(isTls ? "the API server's certificate is not trusted" : "cannot reach the API server")}: {FaultText.Describe(failure)}",
            failure)
        {
            Subject = subject,
            Disposition = isTls ? Disposition.Stalled : Disposition.Transient,
            Hint = isTls ? "Check the kubeconfig's certificate authority." : "Check that the cluster runs on this host.",
            ExitCode = ExitCodes.Unavailable,
        };
    }

    public static KubernetesApiException Timeout(string subject, TimeSpan after) => new(
        ApiReasons.ClusterTimeout, $"{subject}: the API server did not answer in {after.TotalSeconds:0} s")
    {
        Subject = subject,
        ExitCode = ExitCodes.Unavailable,
    };

    public static KubernetesApiException Unreadable(string subject, string why, Exception? failure = null) =>
        new(ApiReasons.ClusterAnswerInvalid, $"{subject}: the API server's answer cannot be read: {why}", failure) { Subject = subject };

    private static KubernetesApiException Stalled(KubernetesApiException refusal, string reason, string hint) => new(reason, refusal.Message, refusal)
    {
        Subject = refusal.Subject,
        Disposition = Disposition.Stalled,
        Hint = hint,
        StatusCode = refusal.StatusCode,
        StatusReason = refusal.StatusReason,
        Causes = refusal.Causes,
    };

    /// <summary>
    /// Why the cluster could not create an object, by the text of a refusal that a controller has written into a condition or an event; null where the
    /// object itself may be wrong. There the text is all that is left of the API server's answer.
    /// </summary>
    public static string? FindSiteReason(string text) => Refusals.Find(text) switch
    {
        ApiReasons.AdmissionDenied => null,
        { } reason => reason,
        null when text.Contains(" is forbidden: User \"", StringComparison.Ordinal) => ApiReasons.ClusterForbidden,
        null when Refusals.IsOfTheControlPlane(text) => ApiReasons.ClusterError,
        null => null,
    };

    private static (string Reason, Disposition Disposition, string? Hint) Classify(
        int code, JsonObject? status, List<JsonObject> causes, string words) => code switch
    {
        401 => (ApiReasons.ClusterUnauthorized, Disposition.Stalled, "Check the credentials of the kubeconfig."),
        403 when HasCause(causes, "NamespaceTerminating") => (ApiReasons.NamespaceTerminating, Disposition.Transient, null),
        not 422 when Refusals.Find(words) is { } reason => Refused(reason),
        403 => (ApiReasons.ClusterForbidden, Disposition.Stalled, "Give the agent's user the right for this."),

        // Something in front of the API server said it, or an API server that is starting: a verdict on an object is a Status.
        404 or 405 or 407 or 408 or 421 or 425 when status is null => (ApiReasons.ClusterError, Disposition.Transient, null),
        404 when status?.Text("reason") != "NotFound" || status.Text("details", "name") is null =>
            (ApiReasons.KindUnknown, Disposition.Stalled, "Put the CustomResourceDefinition of this kind into the bundle, or correct apiVersion and kind."),
        404 when status.Text("details", "kind") == "namespaces" =>
            (ApiReasons.NamespaceMissing, Disposition.Stalled, "Put the Namespace into the bundle."),
        404 => (ApiReasons.ObjectMissing, Disposition.Stalled, null),
        409 when HasCause(causes, "FieldManagerConflict") =>
            (ApiReasons.FieldConflict, Disposition.Stalled, "Take the fields out of the bundle, or let EdgeSync take them over."),
        409 => (ApiReasons.ObjectConflict, Disposition.Transient, null),
        410 => (ApiReasons.ResourceExpired, Disposition.Transient, null),
        413 => (ApiReasons.ObjectTooLarge, Disposition.Stalled, "Split the object."),
        429 => (ApiReasons.ClusterBusy, Disposition.Waiting, null),
        < 500 => (ApiReasons.ObjectInvalid, Disposition.Stalled, "Correct the object in the bundle."),
        _ => (ApiReasons.ClusterError, Disposition.Transient, null),
    };

    private static (string Reason, Disposition Disposition, string? Hint) Refused(string reason) => reason switch
    {
        ApiReasons.QuotaExceeded => (reason, Disposition.Stalled, "Raise the namespace's ResourceQuota, or free what it counts."),
        ApiReasons.AdmissionUnavailable => (reason, Disposition.Transient, "Start the webhook that the message names, or remove its configuration."),
        _ => (reason, Disposition.Stalled, "Correct the object in the bundle, or change the policy that refuses it."),
    };

    private static bool HasCause(List<JsonObject> causes, string reason) => causes.Exists(cause => cause.Text("reason") == reason);

    private static JsonObject? ParseStatus(ReadOnlySpan<byte> body)
    {
        try
        {
            return body.IsEmpty || body[0] != (byte)'{' ? null : JsonNode.Parse(body) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Shorten(string text) => ShortText.Of(text, MaxMessage);
}
