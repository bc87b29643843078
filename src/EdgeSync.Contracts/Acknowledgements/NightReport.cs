using System.Text.Json.Serialization;

namespace EdgeSync.Contracts.Acknowledgements;

/// <summary>
/// What became of the changes of a night, in one entry of the ledger with the event <see cref="AcknowledgementEvent.NightReport"/>: what was planned on each
/// channel, what was done, what was not and why.
/// </summary>
public sealed record NightReport
{
    /// <summary>The value of <see cref="Schema"/> that this version reads and writes.</summary>
    public const string CurrentSchema = "edgesync.dev/night/v1";

    /// <summary>The most channels that a report may have.</summary>
    public const int MaxChannels = 100;

    /// <summary>The most characters of one text.</summary>
    public const int MaxTextLength = 400;

    /// <summary>The format's name and version.</summary>
    public string Schema { get; set; } = CurrentSchema;

    /// <summary>Since when this report counts, UTC: the end of the report before.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>Until when, UTC: when the last window of the night has closed.</summary>
    public required DateTimeOffset Until { get; init; }

    /// <summary>When the next report is due, UTC; null where no window opens any more.</summary>
    public DateTimeOffset? Next { get; init; }

    /// <summary>What became of each channel of the site.</summary>
    public required IReadOnlyList<NightChannel> Channels { get; init; }

    /// <summary>How many times drift was repaired.</summary>
    public int Repairs { get; init; }

    /// <summary>The worst outcome of the channels.</summary>
    [JsonIgnore]
    public NightOutcome Outcome => Channels.Select(channel => channel.Outcome).DefaultIfEmpty(NightOutcome.Nothing).Max();
}

/// <summary>What became of one channel in a night.</summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Outcome">How it ended.</param>
public sealed record NightChannel(string Channel, NightOutcome Outcome)
{
    /// <summary>The release that was to be activated; null where nothing was planned.</summary>
    public AcknowledgedRelease? Planned { get; init; }

    /// <summary>What runs in the morning; null before the first release.</summary>
    public AcknowledgedRelease? Running { get; init; }

    /// <summary>Why it was not done, as a reason code, or null.</summary>
    public string? Reason { get; init; }

    /// <summary>The same in one sentence for people, or null.</summary>
    public string? Message { get; init; }

    /// <summary>How many bytes came over the link for it.</summary>
    public long BytesReceived { get; init; }

    /// <summary>When its activation began, UTC, or null.</summary>
    public DateTimeOffset? ActivatedAt { get; init; }

    /// <summary>How long it took from the first write until every object was healthy, in milliseconds, or null.</summary>
    public long? ActivationMs { get; init; }
}

/// <summary>How a night ended for a channel. Values are ordered: the worst is the highest.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<NightOutcome>))]
public enum NightOutcome
{
    /// <summary>Nothing was planned, and what runs is healthy.</summary>
    [JsonStringEnumMemberName("nothing")] Nothing,

    /// <summary>What was planned runs and is healthy.</summary>
    [JsonStringEnumMemberName("done")] Done,

    /// <summary>It had begun and was not over yet.</summary>
    [JsonStringEnumMemberName("underWay")] UnderWay,

    /// <summary>It waits for something: a window that is long enough, a hold, an interlock, the site.</summary>
    [JsonStringEnumMemberName("waiting")] Waiting,

    /// <summary>What runs is not healthy or drifts.</summary>
    [JsonStringEnumMemberName("degraded")] Degraded,

    /// <summary>It was refused; what ran before runs on.</summary>
    [JsonStringEnumMemberName("rejected")] Rejected,

    /// <summary>It failed; what ran before runs again.</summary>
    [JsonStringEnumMemberName("rolledBack")] RolledBack,

    /// <summary>It failed, and nothing that is healthy runs.</summary>
    [JsonStringEnumMemberName("failed")] Failed,
}
