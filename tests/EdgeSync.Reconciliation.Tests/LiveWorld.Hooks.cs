using System.Collections.Concurrent;
using EdgeSync.Bundles.Reading;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Kubernetes.Health;
using EdgeSync.Kubernetes.Hooks;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Failures;
using EdgeSync.Reconciliation.Pipeline;
using EdgeSync.Reconciliation.Ports;

namespace EdgeSync.Reconciliation.Tests;

/// <summary>What the scripted cluster does with hooks. It remembers them across restarts, as the inventory does.</summary>
internal sealed partial class LiveWorld
{
    private readonly ConcurrentDictionary<(string? Cluster, Digest Bundle, HookMoment Moment, string Job), string> _ended = [];
    private readonly ConcurrentDictionary<string, string> _jobs = new(StringComparer.Ordinal);
    private DesiredState? _changing;

    /// <summary>What was written and what ran, in its order: <c>write 2: shop</c>, <c>start pre-activate migrate</c>.</summary>
    public ConcurrentQueue<string> Steps { get; } = [];

    /// <summary>How the wait for a hook ends, by the name of its Job. By default the Job is complete.</summary>
    public Func<string, Task<HealthOutcome?>> HookEnds { get; set; } = _ => Task.FromResult<HealthOutcome?>(null);

    /// <summary>Why the cluster does not take the Job of a hook, or null.</summary>
    public Func<EdgeSyncException?> HookRefused { get; set; } = () => null;

    /// <summary>Why a Job that was healthy has not ended well, or null.</summary>
    public string? HookProblem { get; set; }

    /// <summary>One more bundle with the Jobs of these hooks: their names, and when they run.</summary>
    public Task<Digest> AddHooksAsync(string say, params IReadOnlyList<(string Name, string Hook)> hooks) => AddBundleAsync(
        "ignoreImages: [r.example/*]\n",
        say,
        string.Concat(hooks.Select(hook => $$"""
            ---
            apiVersion: batch/v1
            kind: Job
            metadata: {name: {{hook.Name}}, annotations: { {{hook.Hook}} } }
            spec: {template: {spec: {restartPolicy: Never, containers: [{name: main, image: "r.example/{{hook.Name}}:1", envFrom: [{configMapRef: {name: motto} }]}] } } }

            """)));

    public IClusterChange BeginHooks(DesiredState bundle, IReadOnlyList<KubernetesObject> needs)
    {
        _changing = bundle;
        return this;
    }

    public Task<ObjectChange?> StartHookAsync(Hook hook, HookMoment moment, string attempt, CancellationToken cancellationToken)
    {
        var (id, run) = (hook.Job.Id with { Namespace = "default" }, $"{moment} {attempt}");
        if (HookRefused() is { } refusal)
        {
            return Task.FromResult<ObjectChange?>(new ObjectChange(id, ChangeAction.Failed, refusal));
        }

        if (_ended.TryGetValue((Cluster, _changing!.Summary.Digest, moment, id.Name), out var before))
        {
            return Task.FromResult(before == attempt ? new ObjectChange(id, ChangeAction.Unchanged) : null);
        }

        var isThere = _jobs.TryGetValue(id.Name, out var other) && other == run;
        _jobs[id.Name] = run;
        Steps.Enqueue($"{(isThere ? "find" : "start")} {moment.Name()} {id.Name}");
        return Task.FromResult<ObjectChange?>(new ObjectChange(id, isThere ? ChangeAction.Unchanged : ChangeAction.Created));
    }

    public Task<string?> FinishHookAsync(Hook hook, HookMoment moment, string attempt, CancellationToken cancellationToken)
    {
        if (HookProblem is null)
        {
            _ended[(Cluster, _changing!.Summary.Digest, moment, hook.Job.Name)] = attempt;
        }

        return Task.FromResult(HookProblem);
    }

    public Task StopHookAsync(Hook hook, CancellationToken cancellationToken)
    {
        Steps.Enqueue($"stop {hook.Job.Name}");
        return Task.CompletedTask;
    }

    public async Task<HealthOutcome> AwaitHealthAsync(
        IReadOnlyList<HealthGroup> groups, Func<IReadOnlySet<string>, bool> isEnough, IProgress<ObjectHealth> progress, CancellationToken cancellationToken)
    {
        if (groups is not [{ Objects: [{ Kind: "Job" } job] } group])
        {
            return await AwaitObjectsAsync(groups, cancellationToken);
        }

        HealthLooks.Enqueue(group.Deadline - _steady.GetUtcNow());
        progress.Report(new ObjectHealth(job, HealthState.InProgress, "the job runs (0 of 1 done)"));
        return await HookEnds(job.Name).WaitAsync(cancellationToken) ?? new HealthOutcome.Healthy(new HashSet<string> { group.Name });
    }

    private void NoteBegun(DesiredState bundle)
    {
        _changing = bundle;
        Begun = bundle.Content.Objects;
    }

    private void NoteWrite(IReadOnlyList<BundleComponent> components)
    {
        Steps.Enqueue($"write {_changing!.Summary.Sequence}: {string.Join(' ', components.Select(component => $"{component.Name} ({component.Objects.Count})"))}");
        WholeWrites++;
    }
}
