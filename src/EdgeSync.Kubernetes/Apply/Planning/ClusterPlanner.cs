using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Hooks;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Kubernetes.Apply.Planning;

/// <summary>
/// Finds out by dry run what <see cref="ApplySession"/> and the prune after it would do, and writes nothing. It decides with the code that they use.
/// </summary>
/// <param name="client">The cluster.</param>
/// <param name="time">The clock.</param>
/// <param name="findSchemaFaults">
/// What is wrong with an object by the definitions of the same bundle; asked where the API server does not know the definition yet.
/// </param>
public sealed class ClusterPlanner(KubernetesClient client, TimeProvider time, Func<KubernetesObject, IReadOnlyList<string>> findSchemaFaults)
{
    private readonly DesiredObjects _desired = new(client);
    private readonly Inventory _inventory = new(client);
    private readonly Pruner _pruner = new(client, time);

    /// <summary>
    /// Compares all objects of the request with the cluster. What is wrong with objects is in the plan, all of it; throws
    /// <see cref="KubernetesApiException"/> where the cluster does not answer.
    /// </summary>
    public async Task<ClusterPlan> PlanAsync(ApplyRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        client.RefreshDiscovery();
        var (objects, misplaced) = await _desired.PrepareAsync(request, cancellationToken);
        var parent = await _inventory.ReadAsync(request, cancellationToken);
        var trial = new DryRun(client, request.Options);
        var hooks = DesiredObjects.PrepareHooks(request);
        var hookTrials = await TryHooksAsync(request, hooks, cancellationToken);
        await trial.RunAsync([.. objects, .. hookTrials.Keys], cancellationToken);
        var failures = trial.Failures.ToDictionary(change => change.Id.Key, change => change.Failure!, StringComparer.Ordinal);
        if (failures.Values.FirstOrDefault(failure => ApiReasons.IsOfTheControlPlane(failure.Reason) && failure.Reason != ApiReasons.ClusterError) is { } lost)
        {
            throw lost;
        }

        var jobs = new FinishedJobs(parent, request, objects, hooks);
        var trials = new ObjectTrials(client, request.Options, objects, findSchemaFaults) { Results = trial.Trials, Absent = trial.Absent, Jobs = jobs };
        var changes = new PlannedChange[objects.Count];
        var limits = new ParallelOptions { MaxDegreeOfParallelism = request.Options.Parallelism, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, objects.Count, limits, async (i, token) =>
            changes[i] = failures.TryGetValue(objects[i].Id.Key, out var failure)
                ? ObjectTrials.Refused(objects[i], failure)
                : await trials.ExamineAsync(objects[i], token));
        var (prune, pruneFailure) = await PlanPruneAsync(request, parent, objects, cancellationToken);
        return new ClusterPlan(
            [
                .. misplaced.Select(change => new PlannedChange(change.Id, ChangeAction.Failed) { Failure = change.Failure }),
                .. changes.OrderBy(change => ApplyStages.Of(change.Id)).ThenBy(change => change.Id),
                .. hookTrials.Where(trial => failures.ContainsKey(trial.Key.Id.Key))
                    .Select(trial => new PlannedChange(trial.Value.Id, ChangeAction.Failed) { Failure = failures[trial.Key.Id.Key] }),
                .. prune.Candidates.Select(candidate => new PlannedChange(candidate.Id, ChangeAction.Deleted)
                {
                    Note = candidate.IsHook ? "it ran as a hook of the bundle that runs now"
                        : candidate.IsReplaced ? "another object of the bundle takes its place under a new name" : null,
                }),
            ],
            prune)
        {
            PruneFailure = pruneFailure,
            Hooks =
            [
                .. hooks.SelectMany(hook => hook.Moments.Select(moment => new PlannedHook(hook.Job.Id, moment, jobs.FindAttempt(hook, moment) is not null)))
                    .OrderBy(hook => hook.Moment),
            ],
        };
    }

    /// <summary>
    /// As <see cref="PlanAsync"/>, of what runs already: what an apply would set back, and also the fields that an apply leaves and that are not in the
    /// bundle.
    /// </summary>
    public async Task<ClusterPlan> CompareAsync(ApplyRequest request, CancellationToken cancellationToken)
    {
        var plan = await PlanAsync(request, cancellationToken);
        var (objects, _) = await _desired.PrepareAsync(request, cancellationToken);
        var inspection = new LiveInspection(client, request.Options);
        var byKey = objects.ToDictionary(item => item.Id.Key, StringComparer.Ordinal);
        var changes = plan.Changes.ToArray();
        var limits = new ParallelOptions { MaxDegreeOfParallelism = request.Options.Parallelism, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, changes.Length, limits, async (i, token) =>
        {
            if (changes[i].Action is ChangeAction.Unchanged or ChangeAction.Configured && byKey.TryGetValue(changes[i].Id.Key, out var item))
            {
                changes[i] = await AddLeftOversAsync(changes[i], item, await inspection.InspectAsync(item, token), token);
            }
        });
        return plan with { Changes = changes };
    }

    // What to try for each hook, with its Job; nothing where the request says so.
    private async Task<Dictionary<KubernetesObject, KubernetesObject>> TryHooksAsync(ApplyRequest request, IReadOnlyList<Hook> hooks, CancellationToken cancellationToken)
    {
        var trials = new Dictionary<KubernetesObject, KubernetesObject>(ReferenceEqualityComparer.Instance);
        foreach (var job in request.TriesHooks ? hooks.Select(hook => hook.Job) : [])
        {
            trials[HookJobs.TrialOf(job, isTaken: await client.GetAsync(job.Id, cancellationToken) is not null)] = job;
        }

        return trials;
    }

    // A missing right for one kind does not hide the other objects.
    private async Task<(PrunePlan Plan, KubernetesApiException? Failure)> PlanPruneAsync(
        ApplyRequest request, JsonObject? parent, IReadOnlyList<KubernetesObject> objects, CancellationToken cancellationToken)
    {
        try
        {
            return (await _pruner.PlanAsync(request, parent, objects, cancellationToken), null);
        }
        catch (KubernetesApiException failure) when (failure.Disposition == Disposition.Stalled)
        {
            return (new PrunePlan(request, [], 0), failure);
        }
    }

    private async Task<PlannedChange> AddLeftOversAsync(PlannedChange change, KubernetesObject item, JsonObject excess, CancellationToken cancellationToken)
    {
        if (excess.Count == 0 || excess.ContainsKey("") || await client.GetAsync(item.Id, cancellationToken) is not { } live)
        {
            return change;
        }

        var differences = excess.Select(member => Resolve(member.Key, live, item.Json)).Where(difference => !IsKnown(change, difference.Pointer));
        var found = PlannedFields.Of(live, differences, client.FieldManager);
        return found.Count == 0 ? change : change with { Action = ChangeAction.Configured, Fields = [.. change.Fields, .. found] };
    }

    private static bool IsKnown(PlannedChange change, string pointer) => change.Fields.Any(field =>
        field.Path == pointer || field.Path.StartsWith(pointer + "/", StringComparison.Ordinal) || pointer.StartsWith(field.Path + "/", StringComparison.Ordinal));

    // Items of lists are named by their keys there (k:{"name":"web"}), and here by their index.
    private static (string Pointer, JsonNode? Live, JsonNode? Desired) Resolve(string pointer, JsonObject live, JsonObject desired)
    {
        JsonNode? here = live;
        JsonNode? there = desired;
        var resolved = "";
        foreach (var part in pointer.Split('/').Skip(1))
        {
            var text = PlannedFields.Unescape(part);
            if (text.StartsWith("k:", StringComparison.Ordinal) && (here is JsonArray || there is JsonArray))
            {
                var at = IndexOf(here as JsonArray, text) is >= 0 and var index ? index : (here as JsonArray)?.Count ?? 0;
                resolved += $"/{at}";
                here = OwnedFields.Follow(here, text);
                there = OwnedFields.Follow(there, text);
                if (here is null || there is null)
                {
                    // The whole item is missing or too much; its fields say no more.
                    break;
                }
            }
            else
            {
                resolved += $"/{part}";
                here = PlannedFields.Find(here, $"/{part}");
                there = PlannedFields.Find(there, $"/{part}");
            }
        }

        return (resolved, here, there);
    }

    private static int IndexOf(JsonArray? list, string key)
    {
        for (var i = 0; i < (list?.Count ?? 0); i++)
        {
            if (OwnedFields.Matches(list![i], key))
            {
                return i;
            }
        }

        return -1;
    }
}
