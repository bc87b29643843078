using EdgeSync.Kubernetes.Fields;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Kubernetes.Api;

/// <summary>The cluster could not be reached, or refused a request.</summary>
public sealed class KubernetesApiException : EdgeSyncException
{
    /// <inheritdoc/>
    public KubernetesApiException(string reason, string message, Exception? innerException = null)
        : base(reason, message, innerException)
    {
    }

    /// <summary>The HTTP status of the answer; null if there was none.</summary>
    public int? StatusCode { get; init; }

    /// <summary>The reason of the API server's Status object, as <c>AlreadyExists</c>; empty for an error that it did not classify, null without a Status.</summary>
    internal string? StatusReason { get; init; }

    /// <summary>The single causes that the API server named, as <c>field: message</c>; empty if none.</summary>
    public IReadOnlyList<string> Causes { get; init; } = [];

    /// <summary>What others own, where that is why EdgeSync itself does not write the object; empty if none.</summary>
    public IReadOnlyList<FieldConflict> Conflicts { get; init; } = [];

    /// <summary>Whether the path is not served ("404 page not found"): not the API server's word about an object.</summary>
    internal bool IsOfNoObject => StatusCode == 404 && Reason == ApiReasons.ClusterError;
}
