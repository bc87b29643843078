using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Kubernetes.Health;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Kubernetes.Hooks;

/// <summary>Creates, looks at and stops the Jobs of hooks. An annotation on each Job says which run it is, so that a run that has begun is found again after a kill.</summary>
internal sealed class HookJobs(KubernetesClient client, TimeProvider time, ApplyRequest request)
{
    /// <summary>The annotation of a Job that runs or ran as a hook; its value is the same for the whole of one run.</summary>
    public const string RunAnnotation = "edgesync.dev/hook-run";

    private const int LongestName = 63;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    // As long as pods usually take to end.
    private static readonly TimeSpan StopLimit = TimeSpan.FromMinutes(1);

    /// <summary>
    /// What to try by dry run for a hook. The Job of an earlier release may still have its name, and a Job cannot be changed into another one; the try has
    /// another name then.
    /// </summary>
    public static KubernetesObject TrialOf(KubernetesObject job, bool isTaken)
    {
        if (!isTaken)
        {
            return job;
        }

        const string Next = "-next";
        var copy = (JsonObject)job.Json.DeepClone();
        copy["metadata"]!["name"] = job.Name[..Math.Min(job.Name.Length, LongestName - Next.Length)] + Next;
        return new KubernetesObject(copy, job.Source);
    }

    /// <summary>Creates the Job, in the place of one of an earlier run. Changes nothing where this run has begun already.</summary>
    public async Task<ObjectChange> StartAsync(KubernetesObject job, string run, CancellationToken cancellationToken)
    {
        try
        {
            if (await client.GetAsync(job.Id, cancellationToken) is { } live)
            {
                if (live.Text("metadata", "annotations", RunAnnotation) == run)
                {
                    return new ObjectChange(job.Id, ChangeAction.Unchanged);
                }

                if (!IsOurs(live))
                {
                    return new ObjectChange(job.Id, ChangeAction.Failed, Foreign(job.Id));
                }

                var end = time.GetUtcNow() + request.Options.DeleteTimeout;
                await new ObjectRemover(client, time).RemoveAsync(job.Id, live.Text("metadata", "uid") ?? "", Propagation.Foreground, end, cancellationToken);
            }

            await client.ApplyAsync(Make(job, run, keepsTimeToLive: false), new ApplyMode { Force = true }, cancellationToken);
            return new ObjectChange(job.Id, ChangeAction.Created);
        }
        catch (KubernetesApiException failure)
        {
            return new ObjectChange(job.Id, ChangeAction.Failed, failure);
        }
    }

    /// <summary>Why the Job has not ended well; null where it has. Throws <see cref="KubernetesApiException"/> while the cluster does not answer.</summary>
    public async Task<string?> FindProblemAsync(ObjectId id, CancellationToken cancellationToken)
    {
        if (await client.GetAsync(id, cancellationToken) is not { } live)
        {
            return "it was deleted before anybody saw it end";
        }

        var health = HealthRules.Of(live);
        return health is { State: HealthState.Current, IsHeldBack: false } ? null : health.Message;
    }

    /// <summary>
    /// Gives the Job the time to live that its manifest states. The cluster would delete the Job with it as soon as it ends, well or not, and nobody could tell
    /// which. Where it cannot be set, the Job stays until it is replaced or pruned.
    /// </summary>
    public async Task LetGoAsync(KubernetesObject job, string run, CancellationToken cancellationToken)
    {
        if (job.Json.At("spec", "ttlSecondsAfterFinished") is null)
        {
            return;
        }

        try
        {
            await client.ApplyAsync(Make(job, run, keepsTimeToLive: true), new ApplyMode { Force = true }, cancellationToken);
        }
        catch (KubernetesApiException)
        {
            // It has done its work all the same.
        }
    }

    /// <summary>
    /// Ends a Job that runs, so that its pods do not work on data that others use then. The Job stays, as a failed one: were it deleted, nobody could tell after a
    /// kill that it ran. Waits for a limited time.
    /// </summary>
    public async Task StopAsync(ObjectId id, CancellationToken cancellationToken)
    {
        var end = time.GetUtcNow() + StopLimit;
        if (await client.GetAsync(id, cancellationToken) is not { } running || !IsActive(running))
        {
            return;
        }

        await client.PatchAsync(id, new JsonObject { ["spec"] = new JsonObject { ["activeDeadlineSeconds"] = 1 } }, dryRun: false, cancellationToken);
        while (time.GetUtcNow() < end && await client.GetAsync(id, cancellationToken) is { } live && IsActive(live))
        {
            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    private static bool IsActive(JsonObject live) => HealthRules.Of(live).State == HealthState.InProgress || live.Number("status", "active") is > 0;

    /// <summary>The Job as it is sent.</summary>
    internal static KubernetesObject Make(KubernetesObject job, string run, bool keepsTimeToLive)
    {
        var json = (JsonObject)job.Json.DeepClone();
        json["metadata"]!["annotations"]![RunAnnotation] = run;
        if (!keepsTimeToLive)
        {
            (json["spec"] as JsonObject)?.Remove("ttlSecondsAfterFinished");
        }

        return new KubernetesObject(json, job.Source);
    }

    private bool IsOurs(JsonObject live) =>
        SetMember.Of(live, client.FieldManager) is { IsOurs: true } member && member.Set == ApplySet.IdOf(request.ApplySetName, request.ParentNamespace);

    private static KubernetesApiException Foreign(ObjectId id) => new(ApiReasons.ObjectConflict, $"{id}: a Job of this name exists and does not belong to this channel")
    {
        Subject = id.ToString(),
        Disposition = Disposition.Stalled,
        Hint = "Give the hook another name, or delete that Job.",
    };
}
