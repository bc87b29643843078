using EdgeSync.Agent.Cluster;
using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.Failures;
using EdgeSync.Agent.Time;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Contracts.Plans;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Timing;
using EdgeSync.Reconciliation;
using EdgeSync.Reconciliation.State;

namespace EdgeSync.Agent.Planning;

/// <summary>
/// Makes the plan or the diff of this site's channels. It writes nothing: not to the cluster, not to the state, not to a registry. A channel that fails does
/// not keep the others from being shown.
/// </summary>
internal sealed class SitePlanner(AgentConfiguration configuration, TimeProvider time)
{
    /// <summary>The exit code of the channels that failed; 0 where none did.</summary>
    public int FailureCode { get; private set; }

    /// <summary>
    /// What would change. Without <paramref name="bundle"/>, by the newest release that each channel knows; with it, as if it were the channel's release.
    /// </summary>
    public Task<PlanDocument> PlanAsync(string? bundle, string? channel, bool allowUntrusted, CancellationToken cancellationToken)
    {
        return RunAsync(
            PlanDocument.PlanSchema,
            Choose(configuration, channel, bundle),
            allowUntrusted,
            async (sources, planner, item, record) => await planner.PlanAsync(await ReadAsync(sources, bundle, item, record, cancellationToken), item, record, cancellationToken),
            cancellationToken);
    }

    /// <summary>The bundle that the operator names, or the newest release that the channel knows.</summary>
    public static async Task<PlanInput> ReadAsync(
        BundleSources sources, string? bundle, ChannelSubscription channel, ChannelRecord record, CancellationToken cancellationToken) =>
        bundle is not null ? await sources.ReadAsync(bundle, channel, cancellationToken)
            : record.Target is { } target ? (await sources.ReadAsync(target, channel, mustBeTrusted: target.Summary.Digest != record.LastGood?.Summary.Digest, cancellationToken)) with { Notes = NotesOf(record) }
            : throw NothingKnown(channel.Name, "this site knows no release of it yet", "Name a bundle or a reference, or let the site look: 'edgesync sync'.");

    /// <summary>The channels of this name, or all of them; a bundle that the operator names is for one.</summary>
    public static IReadOnlyList<ChannelSubscription> Choose(AgentConfiguration configuration, string? name, string? bundle)
    {
        var channels = configuration.Channels
            .Where(channel => name is null || channel.Name == name)
            .Select(channel => channel.ToSubscription())
            .ToList();
        if (channels.Count == 0)
        {
            throw new AgentException("ChannelUnknown", $"this site has no channel '{name}'")
            {
                Hint = $"It has: {string.Join(", ", configuration.Channels.Select(channel => channel.Name))}.",
                ExitCode = ExitCodes.Usage,
            };
        }

        return bundle is null || channels.Count == 1 ? channels
            : throw new AgentException("ChannelUnknown", $"this site has several channels: {string.Join(", ", channels.Select(item => item.Name))}")
            {
                Hint = "Name the one that the bundle is for: --channel NAME.",
                ExitCode = ExitCodes.Usage,
            };
    }

    /// <summary>Where the cluster is not what the last-good release of each channel says.</summary>
    public Task<PlanDocument> CompareAsync(string? channel, CancellationToken cancellationToken) =>
        RunAsync(PlanDocument.DiffSchema, Choose(configuration, channel, bundle: null), allowUntrusted: true, async (sources, planner, item, record) =>
        {
            var good = record.LastGood ?? throw NothingKnown(item.Name, "nothing has become healthy here yet", "'edgesync plan' shows what its release would change.");
            var input = await sources.ReadAsync(good, item, mustBeTrusted: false, cancellationToken);
            return await planner.CompareAsync(input with { Notes = record.IsUnderWay ? NotesOf(record) : [] }, item, record, cancellationToken);
        }, cancellationToken);

    /// <summary>The same for a request of HQ. A failure is in the answer.</summary>
    public async Task<PlanDocument> AnswerAsync(string request, CancellationToken cancellationToken)
    {
        try
        {
            return await CompareAsync(channel: null, cancellationToken) with { Request = request };
        }
        catch (EdgeSyncException failure)
        {
            var notice = new SiteNotice(failure.Reason, failure.Message, failure.Hint);
            return Document(PlanDocument.DiffSchema, [.. configuration.Channels.Select(channel => new ChannelPlan { Channel = channel.Name, Failure = notice })]) with { Request = request };
        }
    }

    private async Task<PlanDocument> RunAsync(
        string schema,
        IReadOnlyList<ChannelSubscription> channels,
        bool allowUntrusted,
        Func<BundleSources, ChannelPlanner, ChannelSubscription, ChannelRecord, Task<ChannelPlan>> plan,
        CancellationToken cancellationToken)
    {
        var site = await SiteSnapshot.ReadAsync(configuration, time, cancellationToken);
        var retries = new RetryPolicy(time, new Random());
        using var connection = new ClusterConnection(configuration.Cluster.Kubeconfig, new ClusterTime(site.Clock), time, retries);
        using var sources = new BundleSources(configuration, site, retries, allowUntrusted);
        var plans = new List<ChannelPlan>();
        foreach (var channel in channels)
        {
            var record = site.RecordOf(channel.Name);
            try
            {
                plans.Add(await plan(sources, new ChannelPlanner(connection.ClientFor(channel.Tenant?.Account), configuration), channel, record));
            }
            catch (EdgeSyncException failure) when (channels.Count > 1)
            {
                plans.Add(new ChannelPlan
                {
                    Channel = channel.Name,
                    Running = record.LastGood?.Summary,
                    Failure = new SiteNotice(failure.Reason, failure.Message, failure.Hint),
                });
                FailureCode = PlanExitCode.Worst([FailureCode, PlanExitCode.Of(failure)]);
            }
        }

        return Document(schema, plans);
    }

    private PlanDocument Document(string schema, IReadOnlyList<ChannelPlan> plans) => new()
    {
        Schema = schema,
        Fleet = configuration.Fleet,
        Site = configuration.Site,
        At = time.GetUtcNow(),
        HasChanges = plans.Any(item => item.HasChanges()),
        Channels = plans,
    };

    private static IReadOnlyList<string> NotesOf(ChannelRecord record)
    {
        var number = record.Target?.Summary.Number;
        string? state = record.Progress switch
        {
            TargetProgress.RolledBack or TargetProgress.RollingBack or TargetProgress.Failed =>
                $"release {number} failed here{(record.Failure is { } failure ? $" ({failure.Reason})" : "")}; the site does not try it again by itself",
            TargetProgress.Received or TargetProgress.Staged => $"release {number} is on its way and nothing of it is applied yet",
            TargetProgress.Activating => $"release {number} is being activated just now",
            _ => null,
        };
        return [.. new[] { state, record.Refused is { } refused ? $"the site refused the last thing that it found: {refused.Message} ({refused.Reason})" : null }.OfType<string>()];
    }

    private static AgentException NothingKnown(string channel, string why, string hint) => new("NoReleaseKnown", $"channel {channel}: {why}")
    {
        Hint = hint,
        ExitCode = ExitCodes.NotFound,
    };
}
