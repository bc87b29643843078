using EdgeSync.Contracts.Checks;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Reconciliation;

namespace EdgeSync.Agent.Page.Views;

/// <summary>A preflight while it runs and after it.</summary>
public sealed record PreflightView
{
    private static readonly TimeSpan CountsFor = TimeSpan.FromHours(12);

    public required string By { get; init; }

    /// <summary>When it began, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    public DateTimeOffset? Deadline { get; init; }

    public bool IsRunning { get; init; }

    /// <summary>The newest progress of each channel.</summary>
    public IReadOnlyList<PipelineProgress> Progress { get; init; } = [];

    /// <summary>The checks that have ended.</summary>
    public IReadOnlyList<CheckResult> Checks { get; init; } = [];

    /// <summary>The answer, or null before there is one.</summary>
    public PreflightReport? Report { get; init; }

    /// <summary>Why there is no answer, or why it is not in the ledger; or null.</summary>
    public string? Failure { get; init; }

    /// <summary>
    /// Why the answer is one of the past, or null where it still counts: until the mission is over, or for half a day, and while the same releases run.
    /// A large GO that no longer counts would be worse than none.
    /// </summary>
    public string? FindOutdated(SiteStatus status)
    {
        if (Report is not { } report)
        {
            return null;
        }

        var changed = report.Running.FirstOrDefault(release => status.Channels.FirstOrDefault(channel => channel.Channel == release.Channel)?.Running?.Digest != release.Digest);
        return changed is not null ? $"Since then channel {changed.Channel} runs something else."
            : status.At < (report.MissionEnds ?? report.EndedAt + CountsFor) ? null
            : report.MissionEnds is null ? "That is long ago." : "That mission is over.";
    }
}
