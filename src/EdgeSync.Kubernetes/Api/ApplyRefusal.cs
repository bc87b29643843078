using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Kubernetes.Api;

/// <summary>
/// Finds out what a refused server-side apply means where the answer has no code for it, only text: that a field cannot be changed (422), and
/// that the object breaks its schema or is too large (500 with an empty reason). It asks the API server again, by dry run, and decides by
/// what happens then.
/// </summary>
internal sealed class ApplyRefusal(ApiConnection connection, KubernetesClientOptions options)
{
    /// <summary>etcd stores 1.5 MiB at most, less what the API server adds.</summary>
    private const int LargeObject = 1024 * 1024;

    /// <summary>The failure to report in place of this one; the same one if nothing more is known.</summary>
    public async Task<KubernetesApiException> ExplainAsync(
        KubernetesApiException refusal, ResourceType type, KubernetesObject desired, ApplyMode mode, CancellationToken cancellationToken) => refusal switch
        {
            { StatusCode: 422, Causes.Count: > 0 } => await ExplainInvalidAsync(refusal, type, desired, cancellationToken),
            { StatusCode: 500, StatusReason: "", Reason: ApiReasons.ClusterError } => await ExplainServerErrorAsync(refusal, type, desired, mode, cancellationToken),
            _ => refusal,
        };

    /// <summary>
    /// An update that is invalid although the same object could be created has a field that cannot be changed. The API server validates a new
    /// object before it sees that the name is taken: AlreadyExists means valid. What the create is refused for as well (compared cause by cause,
    /// whatever the text says) has nothing to do with the live object.
    /// </summary>
    private async Task<KubernetesApiException> ExplainInvalidAsync(
        KubernetesApiException refusal, ResourceType type, KubernetesObject desired, CancellationToken cancellationToken)
    {
        var query = $"?fieldManager={Uri.EscapeDataString(options.FieldManager)}&fieldValidation=Strict&dryRun=All";
        var create = new ApiRequest(HttpMethod.Post, type.Path(desired.Namespace) + query, desired.Id.ToString()) { Body = desired.Json };
        try
        {
            await connection.SendAsync(create, cancellationToken);
            return ApiFailures.Immutable(refusal);
        }
        catch (KubernetesApiException failure) when (failure.StatusReason == "AlreadyExists"
            || (failure is { StatusCode: 422, Causes.Count: > 0 } && !failure.Causes.Intersect(refusal.Causes, StringComparer.Ordinal).Any()))
        {
            return ApiFailures.Immutable(refusal);
        }
        catch (KubernetesApiException failure)
        {
            return failure.Disposition == Disposition.Stalled ? refusal : failure;
        }
    }

    /// <summary>
    /// The API server answers like this for a schema error that only server-side apply sees, for an object that etcd does not take, and when
    /// etcd has trouble. If reading works and the dry run, which writes nothing, still fails, it is the object. If only writing fails, a
    /// large object is too large; anything else may pass.
    /// </summary>
    private async Task<KubernetesApiException> ExplainServerErrorAsync(
        KubernetesApiException refusal, ResourceType type, KubernetesObject desired, ApplyMode mode, CancellationToken cancellationToken)
    {
        try
        {
            await connection.SendAsync(new ApiRequest(HttpMethod.Get, type.Path(desired.Namespace, desired.Name), desired.Id.ToString()), cancellationToken);
        }
        catch (KubernetesApiException failure) when (failure.StatusCode != 404)
        {
            return refusal;
        }
        catch (KubernetesApiException)
        {
            // The object does not exist yet; reading works.
        }

        try
        {
            await connection.SendAsync(ApplyRequestFor(type, desired, mode with { DryRun = true }), cancellationToken);
            return desired.Json.ToJsonString().Length > LargeObject ? ApiFailures.TooLarge(refusal) : refusal;
        }
        catch (KubernetesApiException failure)
        {
            return failure is { StatusCode: 500, StatusReason: "", Reason: ApiReasons.ClusterError }
                && !Refusals.IsOfTheControlPlane(failure.Message) && !Refusals.IsOfTheControlPlane(refusal.Message)
                ? ApiFailures.Malformed(refusal)
                : refusal;
        }
    }

    /// <summary>The request that applies an object.</summary>
    public ApiRequest ApplyRequestFor(ResourceType type, KubernetesObject desired, ApplyMode mode)
    {
        // Strict validation is unknown to old API servers, which ignore it.
        var query = $"?fieldManager={Uri.EscapeDataString(mode.Manager ?? options.FieldManager)}&fieldValidation=Strict"
            + (mode.Force ? "&force=true" : "") + (mode.DryRun ? "&dryRun=All" : "");
        return new ApiRequest(HttpMethod.Patch, type.Path(desired.Namespace, desired.Name) + query, desired.Id.ToString())
        {
            Body = desired.Json,
            ContentType = "application/apply-patch+yaml",
            IsOwn = mode.IsOwn,
        };
    }
}
