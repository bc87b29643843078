using System.Globalization;
using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Kubernetes.Health;
using EdgeSync.Kubernetes.Hooks;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Checks;

/// <summary>
/// Runs the checks that a bundle brings. A Job of a check has a name of its own and no label of the channel's objects, so that it is no part of the inventory, no
/// drift, and nothing that an activation waits for; it is deleted when it has ended, and by the cluster where this process is killed.
/// </summary>
/// <param name="client">The API server, as who may run the bundle's Jobs.</param>
/// <param name="details">Reads logs and events of a Job that fails.</param>
/// <param name="time">Measures the limits.</param>
/// <param name="random">The source of the Jobs' names.</param>
public sealed class BundleChecks(KubernetesClient client, FailureDetails details, TimeProvider time, Random random)
{
    /// <summary>The label of a Job that runs as a check; its value is the name in the bundle.</summary>
    public const string CheckLabel = "edgesync.dev/preflight-check";

    private const int LongestName = 63;
    private const int SecondsLeftToCluster = 600;
    private static readonly TimeSpan DeleteLimit = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Runs the Job and deletes it. Throws <see cref="KubernetesApiException"/> where the cluster does not answer or does not take it.
    /// </summary>
    public async Task<BundleCheckResult> RunAsync(KubernetesObject job, TimeSpan limit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(job);
        var run = Make(job, limit, random.Next());
        var uid = "";
        try
        {
            uid = (await client.ApplyAsync(run, new ApplyMode { Force = true }, cancellationToken)).Live.Text("metadata", "uid") ?? "";
            var group = new HealthGroup(job.Name, [run.Id], time.GetUtcNow() + limit) { MustSettle = false };
            var outcome = await new HealthWaiter(client, new HealthOptions(), time).WaitAsync([group], healthy => healthy.Count > 0, progress: null, cancellationToken);
            return outcome switch
            {
                HealthOutcome.Failed { Reasons: var reasons } => await ExplainAsync($"the Job failed: {Join(reasons)}", reasons, cancellationToken),
                HealthOutcome.TimedOut { Missing: var missing } => await ExplainAsync(
                    string.Create(CultureInfo.InvariantCulture, $"the Job did not end within {limit.TotalSeconds:0} s: {Join(missing)}"), missing, cancellationToken),
                _ => new BundleCheckResult(Problem: null, []),
            };
        }
        finally
        {
            await DeleteAsync(run.Id, uid);
        }
    }

    /// <summary>
    /// Asks a Service through the API server. The answer's body is not read. Throws <see cref="KubernetesApiException"/> where the API server does not answer.
    /// </summary>
    public async Task<BundleCheckResult> AskAsync(ServiceProbe probe, string inNamespace, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(probe);
        ArgumentNullException.ThrowIfNull(inNamespace);
        var subject = $"Service {inNamespace}/{probe.Service}, port {probe.Port}, {probe.Path ?? "/"}";
        var target = $"{(probe.Scheme == "https" ? "https:" : "")}{probe.Service}:{probe.Port}";
        var request = new ApiRequest(HttpMethod.Get, $"/api/v1/namespaces/{Uri.EscapeDataString(inNamespace)}/services/{target}/proxy{probe.Path ?? "/"}", subject) { Accept = "*/*" };
        using var limit = new CancellationTokenSource(probe.Limit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var answer = await client.Connection.OpenAsync(request, both.Token);
            return Judge(subject, probe, (int)answer.StatusCode, more: "");
        }
        catch (KubernetesApiException failure) when (failure.StatusCode is { } status)
        {
            return Judge(subject, probe, status, $": {failure.Message}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new BundleCheckResult(string.Create(CultureInfo.InvariantCulture, $"{subject} did not answer within {probe.Limit.TotalSeconds:0} s"), []);
        }
    }

    /// <summary>The Job as it is sent.</summary>
    internal static KubernetesObject Make(KubernetesObject job, TimeSpan limit, int number)
    {
        var json = (JsonObject)job.Json.DeepClone();
        var suffix = string.Create(CultureInfo.InvariantCulture, $"-check-{number:x8}");
        var metadata = (JsonObject)json["metadata"]!;
        metadata["name"] = job.Name[..Math.Min(job.Name.Length, LongestName - suffix.Length)] + suffix;
        var annotations = (JsonObject)metadata["annotations"]!;
        foreach (var name in (string[])[Hook.Annotation, Hook.TimeoutAnnotation, Hook.WeightAnnotation])
        {
            annotations.Remove(name);
        }

        if (metadata["labels"] is not JsonObject labels)
        {
            metadata["labels"] = labels = [];
        }

        labels[CheckLabel] = job.Name[..Math.Min(job.Name.Length, LongestName)];
        var spec = (JsonObject)json["spec"]!;
        spec["activeDeadlineSeconds"] = (int)Math.Ceiling(limit.TotalSeconds) + SecondsLeftToCluster;
        spec["ttlSecondsAfterFinished"] = SecondsLeftToCluster;
        return new KubernetesObject(json, job.Source);
    }

    private async Task<BundleCheckResult> ExplainAsync(string problem, IReadOnlyList<ObjectHealth> unhealthy, CancellationToken cancellationToken) =>
        new(problem, await details.ReadAsync(unhealthy, cancellationToken));

    // Also where somebody cancels: the Job must not stay.
    private async Task DeleteAsync(ObjectId id, string uid)
    {
        using var limit = new CancellationTokenSource(DeleteLimit, time);
        try
        {
            // Where the answer to its creation did not come, it may be there all the same.
            uid = uid.Length > 0 ? uid : (await client.GetAsync(id, limit.Token)).Text("metadata", "uid") ?? "";
            if (uid.Length > 0)
            {
                await client.DeleteAsync(id, uid, Propagation.Background, limit.Token);
            }
        }
        catch (Exception failure) when (failure is KubernetesApiException or OperationCanceledException)
        {
            // The cluster deletes it by its time to live.
        }
    }

    private static BundleCheckResult Judge(string subject, ServiceProbe probe, int status, string more) =>
        new(status == probe.WantedStatus ? null : string.Create(CultureInfo.InvariantCulture, $"{subject} answers {status}, not {probe.WantedStatus}{more}"), []);

    private static string Join(IReadOnlyList<ObjectHealth> health) => string.Join("; ", health.Select(one => one.Message));
}

/// <summary>How a check of a bundle ended.</summary>
/// <param name="Problem">What is wrong, or null.</param>
/// <param name="Details">The last log lines and events, line by line.</param>
public sealed record BundleCheckResult(string? Problem, IReadOnlyList<string> Details);
