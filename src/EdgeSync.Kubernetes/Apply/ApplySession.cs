using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Hooks;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Apply;

/// <summary>
/// One change of an ApplySet, made part by part, so that a part can wait for the health of another. Not safe for concurrent use; created by
/// <see cref="ClusterApplier.Begin"/>.
/// </summary>
public sealed class ApplySession
{
    // Controllers write status all the time, so that the resource versions of a dry run are soon out of date.
    private static readonly TimeSpan TrialHolds = TimeSpan.FromSeconds(2);

    private readonly KubernetesClient _client;
    private readonly TimeProvider _time;
    private readonly ApplyRequest _request;
    private readonly KnownObjects _known;
    private readonly DesiredObjects _desired;
    private readonly Inventory _inventory;
    private readonly HookJobs _hookJobs;
    private readonly Dictionary<KubernetesObject, Hook> _hooks;
    private readonly Dictionary<KubernetesObject, KubernetesObject> _placed = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<string> _healthy = new(StringComparer.Ordinal);
    private IReadOnlyDictionary<string, Trial> _trials = new Dictionary<string, Trial>();
    private IReadOnlySet<string> _absent = new HashSet<string>();
    private IReadOnlyList<KubernetesObject> _objects = [];
    private DefinedKinds? _defined;
    private JsonObject? _parent;
    private LiveSnapshot? _snapshot;
    private bool _hasBegun;
    private bool _hasFailed;
    private FinishedJobs? _jobs;
    private long _triedAt;

    internal ApplySession(KubernetesClient client, TimeProvider time, ApplyRequest request, KnownObjects known)
    {
        _known = known;
        _client = client;
        _time = time;
        _request = request;
        _desired = new DesiredObjects(client);
        _inventory = new Inventory(client);
        _hookJobs = new HookJobs(client, time, request);
        _hooks = request.Hooks.Zip(DesiredObjects.PrepareHooks(request))
            .ToDictionary(pair => pair.First.Job, pair => pair.Second, (IEqualityComparer<KubernetesObject>)ReferenceEqualityComparer.Instance);
    }

    /// <summary>
    /// Tries the objects of the request, and writes nothing: by what is known of live versions, by the request's own check, and by dry run where those do not
    /// tell. Refusals come back in the result; nothing is in it if there are none. Throws
    /// <see cref="KubernetesApiException"/> if kinds or inventory cannot be read.
    /// </summary>
    public async Task<ApplyResult> TryAsync(CancellationToken cancellationToken) => await TryAllAsync(cancellationToken) ?? new ApplyResult([]);

    /// <summary>Why the cluster would not take this object now, by dry run; null where it would. Only after a first try.</summary>
    public async Task<KubernetesApiException?> TryAgainAsync(ObjectId id, CancellationToken cancellationToken)
    {
        if (_objects.FirstOrDefault(item => item.Id.Key == id.Key) is not { } item)
        {
            return null;
        }

        var trial = new DryRun(_client, _request.Options);
        await trial.RunAsync([item], cancellationToken);
        return trial.Failures.FirstOrDefault()?.Failure as KubernetesApiException;
    }

    /// <summary>
    /// Applies these objects of the request in stages. The first call tries the objects of the whole request by dry run and writes the
    /// inventory: if one of them is refused, nothing is written. Refusals come back in the result, all at once; after a stage in which one
    /// failed, later stages are skipped. Throws <see cref="KubernetesApiException"/> if kinds or inventory cannot be read, or the cluster is
    /// lost while a CRD is awaited. Progress is reported from several threads.
    /// </summary>
    public async Task<ApplyResult> ApplyAsync(
        IReadOnlyCollection<KubernetesObject> part, IProgress<ObjectChange>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(part);
        if (!_hasBegun)
        {
            if (await BeginAsync(cancellationToken) is { } refused)
            {
                return refused;
            }
        }
        else if ((_hasFailed || _time.GetElapsedTime(_triedAt) > TrialHolds) && await TryAgainAsync(Place(part), cancellationToken) is { } refused)
        {
            return refused;
        }

        var placed = Place(part);
        var finished = placed.Where(item => _absent.Contains(item.Id.Key) && _jobs!.WasStarted(item.Id)).ToList();
        var changes = await ApplyStagesAsync([.. placed.Except(finished)], progress, cancellationToken);
        _healthy.UnionWith(changes.Where(change => change.IsHealthy).Select(change => change.Id.Key));
        _snapshot = changes.All(change => change.Action == ChangeAction.Unchanged) ? _snapshot : null;
        _hasFailed = changes.Any(change => change.Action == ChangeAction.Failed);
        if (_jobs!.Note(changes.Where(change => change.Action is not (ChangeAction.Failed or ChangeAction.Skipped)).Select(change => change.Id)))
        {
            _parent = await _inventory.WidenAsync(_request, _parent, [.. _placed.Values], _jobs, cancellationToken);
        }

        return new ApplyResult([.. changes, .. finished.Select(item => new ObjectChange(item.Id, ChangeAction.Unchanged))]);
    }

    /// <summary>
    /// Starts the Job of a hook of the request, in the place of one of an earlier run, and says what was done: it is unchanged where it was started in this
    /// attempt already. Null where the hook has ended well for this content in an earlier attempt, so that it does not run again. Only after
    /// <see cref="ApplyAsync"/> has applied what the hook needs.
    /// </summary>
    public async Task<ObjectChange?> StartHookAsync(Hook hook, HookMoment moment, string attempt, CancellationToken cancellationToken)
    {
        var placed = _hooks[hook.Job];
        return _jobs!.FindAttempt(placed, moment) switch
        {
            null => await _hookJobs.StartAsync(placed.Job, $"{_jobs.KeyOf(placed, moment)} {attempt}", cancellationToken),
            var done when done == attempt => new ObjectChange(placed.Job.Id, ChangeAction.Unchanged),
            _ => null,
        };
    }

    /// <summary>
    /// Why the Job of a started hook has not ended well, or null; then the inventory remembers it, and the hook does not run again. Throws
    /// <see cref="KubernetesApiException"/> while the cluster does not answer.
    /// </summary>
    public async Task<string?> FinishHookAsync(Hook hook, HookMoment moment, string attempt, CancellationToken cancellationToken)
    {
        var placed = _hooks[hook.Job];
        if (_jobs!.FindAttempt(placed, moment) == attempt)
        {
            return null;
        }

        if (await _hookJobs.FindProblemAsync(placed.Job.Id, cancellationToken) is { } problem)
        {
            return problem;
        }

        _jobs.Note(placed, moment, attempt);
        _parent = await _inventory.WidenAsync(_request, _parent, _objects, _jobs, cancellationToken);
        await _hookJobs.LetGoAsync(placed.Job, $"{_jobs.KeyOf(placed, moment)} {attempt}", cancellationToken);
        return null;
    }

    /// <summary>Ends the Job of a hook that takes too long; it stays in the cluster as a failed one.</summary>
    public Task StopHookAsync(Hook hook, CancellationToken cancellationToken) => _hookJobs.StopAsync(_hooks[hook.Job].Job.Id, cancellationToken);

    /// <summary>
    /// Where the live objects are not what the request says, one line for each such object, and what a prune would delete. An object whose live version was
    /// looked at before costs no request. Throws <see cref="KubernetesApiException"/> if the cluster cannot be reached.
    /// </summary>
    public async Task<(IReadOnlyList<string> Deviations, PrunePlan Plan)> InspectAsync(CancellationToken cancellationToken)
    {
        if (_defined is null)
        {
            _objects = await _desired.PrepareAllAsync(_request, cancellationToken);
            _parent = await _inventory.ReadAsync(_request, cancellationToken);
        }

        var isRecent = _snapshot is not null && _time.GetElapsedTime(_triedAt) <= TrialHolds;
        var snapshot = isRecent ? _snapshot! : await SnapshotAsync(skipRefused: false, cancellationToken);
        var deviations = await new LiveInspection(_client, _request.Options, _known).RunAsync(_objects, snapshot, cancellationToken);
        _known.Keep(_objects);
        return (deviations, await new Pruner(_client, _time).PlanAsync(_request, snapshot, _objects, cancellationToken));
    }

    /// <summary>The keys of the applied objects that are healthy by the API server's answer (<see cref="ObjectChange.IsHealthy"/>).</summary>
    public IReadOnlySet<string> Healthy => _healthy;

    /// <summary>These objects of the request as they are named in the cluster. Only after the first <see cref="ApplyAsync"/> that went well.</summary>
    public IReadOnlyList<ObjectId> Identify(IEnumerable<KubernetesObject> part) => [.. part.Select(item => _placed[item].Id)];

    private List<KubernetesObject> Place(IEnumerable<KubernetesObject> part) => [.. part.Select(item => _placed[item])];

    private async Task<ApplyResult?> BeginAsync(CancellationToken cancellationToken)
    {
        var isTried = _defined is not null && _time.GetElapsedTime(_triedAt) <= TrialHolds;
        if (!isTried && await TryAllAsync(cancellationToken) is { } refused)
        {
            return refused;
        }

        var parent = await _inventory.WidenAsync(_request, _parent, _objects, _jobs!, cancellationToken);
        _snapshot = parent == _parent ? _snapshot : null;
        _parent = parent;
        _hasBegun = true;
        return null;
    }

    private async Task<ApplyResult?> TryAllAsync(CancellationToken cancellationToken)
    {
        _defined = null;
        var (objects, failures) = await _desired.PrepareAsync(_request, cancellationToken);
        _objects = objects;
        _parent = await _inventory.ReadAsync(_request, cancellationToken);
        _jobs = new FinishedJobs(_parent, _request, objects, _hooks.Values);
        _snapshot = await SnapshotAsync(skipRefused: true, cancellationToken);
        if (await TryAsync([.. objects, .. HookTrials()], failures, cancellationToken) is { } refused)
        {
            return refused;
        }

        foreach (var (item, placed) in _request.Objects.Zip(objects))
        {
            _placed[item] = placed;
        }

        _defined = DefinedKinds.Of(objects);
        return null;
    }

    private IEnumerable<KubernetesObject> HookTrials() =>
        _request.TriesHooks ? _hooks.Values.Select(hook => HookJobs.TrialOf(hook.Job, isTaken: _snapshot!.Find(hook.Job.Id) is not null)) : [];

    private Task<LiveSnapshot> SnapshotAsync(bool skipRefused, CancellationToken cancellationToken) => LiveSnapshot.TakeAsync(
        _client, _request, _objects, ApplySet.Split(_parent, ApplySet.GroupKindsAnnotation), cancellationToken, skipRefused);

    private async Task<ApplyResult?> TryAgainAsync(IReadOnlyList<KubernetesObject> part, CancellationToken cancellationToken)
    {
        _snapshot = await SnapshotAsync(skipRefused: true, cancellationToken);
        return await TryAsync(part, [], cancellationToken);
    }

    private async Task<ApplyResult?> TryAsync(
        IReadOnlyList<KubernetesObject> objects, IReadOnlyList<ObjectChange> failures, CancellationToken cancellationToken)
    {
        var trial = new DryRun(_client, _request.Options, new TrialFilter(_client, _request, _snapshot!, _known), _known);
        await trial.RunAsync(objects, cancellationToken);
        _trials = trial.Trials;
        _absent = trial.Absent;
        _triedAt = _time.GetTimestamp();
        return failures.Count + trial.Failures.Count > 0 ? new ApplyResult(Refused(objects, [.. failures, .. trial.Failures])) : null;
    }

    private static IReadOnlyList<ObjectChange> Refused(IReadOnlyList<KubernetesObject> objects, IReadOnlyList<ObjectChange> failures)
    {
        var failed = failures.Select(change => change.Id.Key).ToHashSet(StringComparer.Ordinal);
        return [.. failures, .. objects.Where(item => !failed.Contains(item.Id.Key)).Select(item => new ObjectChange(item.Id, ChangeAction.Skipped))];
    }

    private async Task<IReadOnlyList<ObjectChange>> ApplyStagesAsync(
        IReadOnlyList<KubernetesObject> objects, IProgress<ObjectChange>? progress, CancellationToken cancellationToken)
    {
        var applier = new StageApplier(_client, _time, _request.Options, _known);
        var changes = new List<ObjectChange>();
        foreach (var group in objects.GroupBy(item => ApplyStages.Of(item.Id)).OrderBy(stage => stage.Key))
        {
            List<KubernetesObject> stage = [.. group];
            if (changes.Exists(change => change.Action == ChangeAction.Failed))
            {
                changes.AddRange(stage.Select(item => new ObjectChange(item.Id, ChangeAction.Skipped)));
                continue;
            }

            var outcome = await applier.ApplyAsync(stage, _defined!, _trials, progress, cancellationToken);
            if (group.Key == ApplyStages.Definitions && !outcome.Any(change => change.Action == ChangeAction.Failed))
            {
                var late = await applier.EstablishAsync(stage, cancellationToken);
                outcome = [.. outcome.Select(change => late.FirstOrDefault(failure => failure.Id == change.Id) ?? change)];
            }

            changes.AddRange(outcome);
        }

        return changes;
    }
}
