using EdgeSync.Agent.Failures;
using EdgeSync.Agent.State;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Primitives.Failures;
using EdgeSync.Reconciliation.State;

namespace EdgeSync.Agent.Holds;

/// <summary>Sets, clears and lists holds. The daemon and the verbs without a daemon check requests by these rules.</summary>
internal sealed class HoldService(HoldStore store, IReadOnlyCollection<string> channels, TimeProvider time)
{
    private const int MaxOwner = 64;
    private const int MaxReason = 200;
    private const long MaxSeconds = 10L * 366 * 24 * 3600;

    public static HoldStatus StatusOf(Hold hold) => new(hold.Owner, hold.Reason, hold.Since, hold.Expires, hold.Channel);

    public HoldAnswer List()
    {
        store.EndExpired();
        return Answer([]);
    }

    /// <summary>Sets a hold. Raises an <see cref="AgentException"/> if the request is not valid.</summary>
    public HoldAnswer Set(HoldRequest request)
    {
        store.Set(Check(request));
        return Answer([]);
    }

    /// <summary>The hold that <see cref="Set"/> would set. Raises an <see cref="AgentException"/> if the request is not valid.</summary>
    public Hold Check(HoldRequest request)
    {
        var now = time.GetUtcNow();
        RefuseText(request.Owner, "the name of who holds", MaxOwner);
        RefuseText(request.Reason, "the reason", MaxReason);
        RefuseChannel(request.Channel);
        if (request.ForSeconds is <= 0 or > MaxSeconds)
        {
            throw Invalid("a hold lasts from a second to ten years", "Omit --until for a hold that somebody has to clear.");
        }

        var until = request.ForSeconds is { } seconds ? now + TimeSpan.FromSeconds(seconds) : request.Until;
        if (until <= now)
        {
            throw Invalid($"the hold would end at {until:u}, and at this site it is {now:u}", "Give a time that is still to come, or a duration such as 4h.");
        }

        return new Hold(request.Owner, request.Reason, now, until, request.Channel);
    }

    /// <summary>Ends holds. Raises an <see cref="AgentException"/> if only people other than the named one hold the site.</summary>
    public HoldAnswer Clear(HoldEnding ending)
    {
        RefuseText(ending.By, "the name of who clears", MaxOwner);
        RefuseChannel(ending.Channel);
        store.EndExpired();
        var ended = store.Clear(
            ending.By,
            hold => (ending.Owner is null || hold.Owner == ending.Owner) && (ending.Channel is null || hold.Channel == ending.Channel));
        if (ended.Count == 0 && store.All.Count > 0)
        {
            var others = string.Join(", ", store.All.Select(hold => hold.Owner).Distinct());
            throw new AgentException("NoSuchHold", $"no such hold{(ending.Owner is { } owner ? $" of {owner}" : "")}; the site is held by {others}")
            {
                Hint = "Ask them. To end their holds: 'edgesync hold clear --of NAME', or --all; 'edgesync hold list' shows why they hold.",
            };
        }

        return Answer(ended);
    }

    private HoldAnswer Answer(IReadOnlyList<Hold> ended) => new([.. store.All.Select(StatusOf)], [.. ended.Select(StatusOf)]);

    private void RefuseChannel(string? channel)
    {
        if (channel is not null && !channels.Contains(channel))
        {
            throw Invalid($"this site follows no channel '{channel}'", $"It follows {string.Join(", ", channels)}.");
        }
    }

    private static void RefuseText(string text, string what, int longest)
    {
        if (text.Trim().Length == 0 || text.Length > longest || text.Any(char.IsControl))
        {
            throw Invalid($"{what} must have 1 to {longest} characters on one line", null);
        }
    }

    private static AgentException Invalid(string message, string? hint) => new("HoldInvalid", message) { Hint = hint, ExitCode = ExitCodes.Usage };
}
