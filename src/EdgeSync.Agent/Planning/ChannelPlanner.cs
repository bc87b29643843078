using System.Globalization;
using EdgeSync.Agent.Cluster;
using EdgeSync.Agent.Commands;
using EdgeSync.Agent.Configuration;
using EdgeSync.Bundles.Linting;
using EdgeSync.Bundles.Linting.Schemas;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Contracts.Plans;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Kubernetes.Apply.Planning;
using EdgeSync.Kubernetes.Fields;
using EdgeSync.Kubernetes.Hooks;
using EdgeSync.Kubernetes.Snapshots;
using EdgeSync.Reconciliation;
using EdgeSync.Reconciliation.State;

namespace EdgeSync.Agent.Planning;

/// <summary>Compares one channel's bundle with the cluster, and says the result as the document that scripts and people read.</summary>
internal sealed class ChannelPlanner(KubernetesClient client, AgentConfiguration configuration)
{
    private readonly PrunePolicy _policy = new() { MaxShare = configuration.Prune.MaxShare };

    /// <summary>What activating the bundle would do.</summary>
    public async Task<ChannelPlan> PlanAsync(PlanInput input, ChannelSubscription channel, ChannelRecord record, CancellationToken cancellationToken)
    {
        var request = RequestOf(input, channel, isLive: false) with { TriesHooks = true };
        var plan = await PlannerOf(input).PlanAsync(request, cancellationToken);
        var objections = new List<SiteNotice>(input.Objections);
        objections.AddRange(await FindRequirementsAsync(input, cancellationToken));
        objections.AddRange((channel.Tenant?.FindObjections(plan.Prune.Wanted) ?? []).Select(text => new SiteNotice(
            ReasonCodes.TenantLimitExceeded, text, "Take the object out of the bundle, or widen the channel's 'tenant' limits at the site.")));
        objections.AddRange(plan.Prune.OfOthers.Select(other => new SiteNotice(
            ReasonCodes.ObjectOfAnotherChannel, $"{other.Id} belongs to the inventory {other.Set} of another channel", "Take the object out of one of the two bundles.")));
        if (input.Release?.AllowDestructive != true)
        {
            objections.AddRange(_policy.Objections(plan.Prune, input.Allowed).Select(text => new SiteNotice(ReasonCodes.DestructiveChange, text, HintFor(plan.Prune))));
        }

        var document = Document(plan, input, channel, record, isDiff: false);
        return document with
        {
            Objections = [.. document.Objections, .. objections],
            Snapshots = input.Snapshots.Count == 0 ? null : await SnapshotPlanner.PlanAsync(SnapshotsOf(channel), input, channel, hasChanges: document.HasChanges(), cancellationToken),
        };
    }

    /// <summary>Where the cluster is not what the bundle says that runs here.</summary>
    public async Task<ChannelPlan> CompareAsync(PlanInput input, ChannelSubscription channel, ChannelRecord record, CancellationToken cancellationToken) =>
        Document(await PlannerOf(input).CompareAsync(RequestOf(input, channel, isLive: true), cancellationToken), input, channel, record, isDiff: true);

    private VolumeSnapshots SnapshotsOf(ChannelSubscription channel) =>
        new(client, TimeProvider.System, ApplySet.IdOf(ClusterAdapter.NameOf(channel.Name), configuration.Cluster.InventoryNamespace), channel.Namespace);

    private ClusterPlanner PlannerOf(PlanInput input) => new(client, TimeProvider.System, new CustomResourceCheck(input.Objects).FindErrors);

    private ApplyRequest RequestOf(PlanInput input, ChannelSubscription channel, bool isLive) =>
        new(ClusterAdapter.NameOf(channel.Name), configuration.Cluster.InventoryNamespace, channel.Namespace, input.Objects)
        {
            Options = ClusterAdapter.OptionsFor(channel, isLive, allowDestructive: input.Release?.AllowDestructive == true),
            Hooks = input.Hooks,
            Content = input.Bundle.Digest ?? "",
            OtherSets = [.. configuration.Channels.Where(other => other.Name != channel.Name).Select(other => ClusterAdapter.NameOf(other.Name))],
        };

    private async Task<IEnumerable<SiteNotice>> FindRequirementsAsync(PlanInput input, CancellationToken cancellationToken)
    {
        var problems = new[]
        {
            input.Requires.AgentProblem(VersionCommand.Current),
            input.Requires.Kubernetes is null ? null : input.Requires.KubernetesProblem(await client.GetVersionAsync(cancellationToken)),
        };
        return problems.OfType<string>().Select(problem => new SiteNotice(ReasonCodes.RequirementsNotMet, problem, "Update this site, or release a bundle for it."));
    }

    private string HintFor(PrunePlan plan)
    {
        var flags = _policy.NeededFor(plan).Select(limit => string.Create(CultureInfo.InvariantCulture, $"--allow-prune {string.Join(',', limit.Kinds)}={limit.Max}"));
        return $"If this is meant, publish its release with '{string.Join(' ', flags)}'.";
    }

    private static ChannelPlan Document(ClusterPlan plan, PlanInput input, ChannelSubscription channel, ChannelRecord record, bool isDiff)
    {
        IReadOnlyList<PlannedObject> objects =
        [
            .. plan.Changes.Select(change => ObjectOf(change, isDiff)),
            .. plan.Prune.Kept.Select(id => ObjectOf(new PlannedChange(id, ChangeAction.Unchanged), isDiff) with
            {
                Action = PlanAction.Kept,
                Message = $"it is not in the bundle, and stays: its annotation {ApplySet.PruneAnnotation} forbids that it is deleted",
            }),
        ];
        int Count(ChangeAction action) => plan.Changes.Count(change => change.Action == action);
        return new ChannelPlan
        {
            Channel = channel.Name,
            Bundle = input.Bundle,
            Running = record.LastGood?.Summary,
            Objections = plan.PruneFailure is { } failure
                ? [new SiteNotice(failure.Reason, $"what the bundle does not have any more cannot be found: {failure.Message}", failure.Hint)]
                : [],
            Notes = input.Notes,
            Hooks = isDiff || plan.Hooks.Count == 0 ? null : [.. plan.Hooks.Select(HookOf)],
            Objects = objects,
            Counts = new PlanCounts
            {
                Created = Count(ChangeAction.Created),
                Configured = Count(ChangeAction.Configured) + (isDiff ? Count(ChangeAction.Recreated) : 0),
                Recreated = isDiff ? 0 : Count(ChangeAction.Recreated),
                Deleted = Count(ChangeAction.Deleted),
                Unchanged = Count(ChangeAction.Unchanged),
                Failed = Count(ChangeAction.Failed),
            },
        };
    }

    private static HookRun HookOf(PlannedHook hook) => new()
    {
        Hook = hook.Moment.Name(),
        Namespace = hook.Id.Namespace!,
        Name = hook.Id.Name,
        Runs = !hook.HasRun,
        Message = hook switch
        {
            { HasRun: true } => "it ran for this bundle already",
            { Moment: HookMoment.OnRollback } => "if the bundle fails",
            _ => null,
        },
    };

    private static PlannedObject ObjectOf(PlannedChange change, bool isDiff) => new()
    {
        ApiVersion = change.Id.ApiVersion,
        Kind = change.Id.Kind,
        Namespace = change.Id.Namespace,
        Name = change.Id.Name,
        Action = ActionOf(change.Action, isDiff),
        Fields = change.Fields.Count == 0 ? null : [.. change.Fields.Select(FieldOf)],

        // Of a field that drifted, the difference already says who wrote it.
        Conflicts = change.Conflicts.Count == 0 || (isDiff && change.Policy == ConflictPolicy.Take) ? null : [.. change.Conflicts.Select(conflict => ConflictOf(conflict, change.Policy))],
        Reason = change.Failure?.Reason,
        Message = change.Failure?.Message ?? change.Note,
        Hint = change.Failure?.Hint,
    };

    private static PlanAction ActionOf(ChangeAction action, bool isDiff) => (action, isDiff) switch
    {
        (ChangeAction.Created, false) => PlanAction.Created,
        (ChangeAction.Created, true) => PlanAction.Missing,
        (ChangeAction.Configured, false) => PlanAction.Configured,
        (ChangeAction.Recreated, false) => PlanAction.Recreated,
        (ChangeAction.Configured or ChangeAction.Recreated, true) => PlanAction.Drifted,
        (ChangeAction.Deleted, false) => PlanAction.Deleted,
        (ChangeAction.Deleted, true) => PlanAction.LeftOver,
        (ChangeAction.Failed, _) => PlanAction.Failed,
        _ => PlanAction.Unchanged,
    };

    private static FieldDifference FieldOf(PlannedField field) => new()
    {
        Path = FieldPath.Of(field.Path),
        JsonPointer = field.Path,
        Action = field.Edit switch
        {
            FieldEdit.Added => FieldAction.Added,
            FieldEdit.Removed => FieldAction.Removed,
            _ => FieldAction.Changed,
        },
        Before = field.Live,
        After = field.Desired,
        Masked = field.IsMasked,
        ChangedBy = field.Owner is { } owner ? WriterOf(owner) : null,
    };

    private static PlannedConflict ConflictOf(FieldConflict conflict, ConflictPolicy policy) => new(
        conflict.Field,
        policy switch { ConflictPolicy.Fail => ConflictAction.Refused, ConflictPolicy.Leave => ConflictAction.Left, _ => ConflictAction.Taken },
        WriterOf(conflict.Owner));

    private static FieldWriter WriterOf(FieldOwner owner) => new(owner.Manager, owner.Operation, owner.At);
}
