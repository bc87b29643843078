using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Kubernetes.Apply;

/// <summary>Tries an object whose namespace comes with the same set, in a namespace that every cluster has. Only what is wrong with the object itself counts.</summary>
internal static class StandIn
{
    private const string Namespace = "default";

    /// <summary>Why no namespace of the cluster would take the object; null where nothing is wrong with it, or it cannot be tried.</summary>
    public static async Task<KubernetesApiException?> TryAsync(KubernetesClient client, KubernetesObject item, CancellationToken cancellationToken)
    {
        var standIn = item.WithNamespace(Namespace);
        if (await client.GetAsync(standIn.Id, cancellationToken) is not null)
        {
            return null;
        }

        try
        {
            await client.ApplyAsync(standIn, new ApplyMode { DryRun = true }, cancellationToken);
            return null;
        }
        catch (KubernetesApiException failure) when (failure.Reason == ApiReasons.ObjectInvalid)
        {
            return InItsNamespace(item, standIn, failure);
        }
        catch (KubernetesApiException failure) when (failure.Disposition == Disposition.Stalled)
        {
            // Rights, quotas and policies of that namespace say nothing about the other one.
            return null;
        }
    }

    private static KubernetesApiException InItsNamespace(KubernetesObject item, KubernetesObject standIn, KubernetesApiException failure)
    {
        var prefix = $"{standIn.Id}: ";
        var message = failure.Message.StartsWith(prefix, StringComparison.Ordinal) ? failure.Message[prefix.Length..] : failure.Message;
        return new KubernetesApiException(failure.Reason, $"{item.Id}: {message}")
        {
            Subject = item.Id.ToString(),
            Disposition = failure.Disposition,
            Hint = failure.Hint,
            StatusCode = failure.StatusCode,
            Causes = failure.Causes,
        };
    }
}
