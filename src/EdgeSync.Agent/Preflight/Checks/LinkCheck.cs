using EdgeSync.Agent.Configuration;
using EdgeSync.Contracts.Messaging;

namespace EdgeSync.Agent.Preflight.Checks;

/// <summary>How old the knowledge is that nothing newer was released.</summary>
internal sealed class LinkCheck : ISiteCheck
{
    // The agent polls with jitter, and a poll takes its time.
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(2);

    public string Name => "link";

    public string Why => "Without the registry nobody knows whether something newer was released.";

    public Task<CheckFinding> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        var findings = context.Channels
            .Select(channel => (Status: channel, Section: context.Configuration.Channels.FirstOrDefault(section => section.Name == channel.Channel)))
            .Select(channel => Judge(context, channel.Status, channel.Section))
            .Concat(context.Unknown.Select(name => Bad(context, $"nothing is known of channel {name}", "See the checks 'agent' and 'database'.")))
            .ToList();
        return Task.FromResult(CheckFinding.Worst(findings, "every registry has answered, and nothing newer is known"));
    }

    private static CheckFinding Judge(CheckContext context, ChannelStatus channel, ChannelSection? section)
    {
        var since = context.SeenSince ?? context.Now - ((section?.Every ?? TimeSpan.Zero) * 2) - Grace;
        if (channel.FrozenSince is { } frozen)
        {
            return Bad(context, $"channel {channel.Channel}: the newest release expired at {frozen:u} and nothing newer came", "Publish a newer release; find out whether somebody withholds it.");
        }

        if (channel.LastSeen is { } seen && seen >= since)
        {
            return CheckFinding.Passed("") with { Details = [$"{channel.Channel}: registry seen {CheckContext.Length(context.Now - seen)} ago"] };
        }

        var age = channel.LastSeen is { } last ? $"was last seen {CheckContext.Length(context.Now - last)} ago, at {last:u}"
            : context.Status.Live == false ? "was not asked: the agent does not run"
            : "was not seen since the agent started";
        return Bad(
            context,
            $"channel {channel.Channel}: the registry {age}{(channel.Reason is null ? "" : $" ({channel.Reason})")}",
            "'edgesync doctor' shows at which stage the registry cannot be reached. Without a link the site keeps what it has.");
    }

    private static CheckFinding Bad(CheckContext context, string found, string what) =>
        context.RequireLink ? CheckFinding.Failed(found, what) : CheckFinding.Warned(found, what);
}
