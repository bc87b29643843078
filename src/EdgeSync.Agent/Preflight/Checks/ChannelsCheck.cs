using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Messaging;

namespace EdgeSync.Agent.Preflight.Checks;

/// <summary>Every channel runs its newest release, healthy.</summary>
internal sealed class ChannelsCheck : ISiteCheck
{
    public string Name => "channels";

    public string Why => "What is not healthy, or waits, is not what the site should take along.";

    public Task<CheckFinding> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        var findings = context.Channels.Select(Judge)
            .Concat(context.Unknown.Select(name => CheckFinding.Failed($"nothing is known of channel {name}", "See the checks 'agent' and 'database'."))).ToList();
        return Task.FromResult(CheckFinding.Worst(findings, findings.Count == 1 ? "the channel is healthy on its newest release" : $"all {findings.Count} channels are healthy on their newest release"));
    }

    private static CheckFinding Judge(ChannelStatus channel)
    {
        var finding = channel switch
        {
            { State: ChannelState.Empty, Reason: null } => CheckFinding.Warned($"channel {channel.Channel}: nothing was ever released here", "Publish a release, or remove the channel from the configuration."),
            { State: ChannelState.Healthy, Pending: null, Reason: Contracts.ReasonCodes.NoLongerTrusted } => CheckFinding.Warned(Describe(channel), channel.Hint),
            { State: ChannelState.Healthy, Pending: null } => CheckFinding.Passed(""),
            _ => CheckFinding.Failed(Describe(channel), channel.Hint ?? "Run 'edgesync sync' and look at its message."),
        };
        return finding with { Details = [$"{channel.Channel}: {Word(channel.State)}, runs {Release(channel.Running)}{(channel.Pending is null ? "" : $", pending {Release(channel.Pending)}")}"] };
    }

    private static string Describe(ChannelStatus channel)
    {
        var why = channel.Message is null ? "" : $": {channel.Message}{(channel.Reason is null ? "" : $" ({channel.Reason})")}";
        return $"channel {channel.Channel} is {Word(channel.State)}{(channel.Pending is { } pending ? $" with {Release(pending)} pending" : "")}{why}";
    }

    private static string Word(ChannelState state) => state switch
    {
        ChannelState.RolledBack => "rolled back",
        var other => other.ToString().ToLowerInvariant(),
    };

    private static string Release(AcknowledgedRelease? release) => release is null ? "nothing" : $"{release.Name} {release.Version} (release {release.Number})";
}
