using EdgeSync.Agent.Configuration;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Reconciliation.State;

namespace EdgeSync.Agent.Preflight;

/// <summary>What the checks know of the site: its configuration, its status, and what its disk says. Read once, before the first check.</summary>
internal sealed record CheckContext
{
    public required AgentConfiguration Configuration { get; init; }

    /// <summary>From the running agent, or the last known (<see cref="SiteStatus.Live"/> is false then).</summary>
    public required SiteStatus Status { get; init; }

    /// <summary>The channels' records by name; none where the state cannot be read.</summary>
    public IReadOnlyDictionary<string, ChannelRecord> Records { get; init; } = new Dictionary<string, ChannelRecord>();

    /// <summary>The bundles that must be ready to run here, as the cache has them.</summary>
    public IReadOnlyList<SiteBundle> Bundles { get; init; } = [];

    /// <summary>The site's time, which may be later than the machine's.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Until when everything has to hold; not before <see cref="Now"/>.</summary>
    public required DateTimeOffset MissionEnds { get; init; }

    /// <summary>Since when each registry must have been seen; null: as often as the channel's polls are due.</summary>
    public DateTimeOffset? SeenSince { get; init; }

    /// <summary>Whether a missing link is a failure.</summary>
    public bool RequireLink { get; init; }

    /// <summary>Whether every blob is hashed.</summary>
    public bool Deep { get; init; }

    /// <summary>Who asks; that person's own hold is no obstacle.</summary>
    public string? By { get; init; }

    /// <summary>The channels that are asked about; empty for all.</summary>
    public IReadOnlyCollection<string> Only { get; init; } = [];

    /// <summary>The status of each channel that is asked about.</summary>
    public IEnumerable<ChannelStatus> Channels => Status.Channels.Where(channel => Only.Count == 0 || Only.Contains(channel.Channel));

    /// <summary>The configured channels that are asked about, and of which nothing is known: the state cannot be read, or the agent has not read it yet.</summary>
    public IEnumerable<string> Unknown => Sections.Select(section => section.Name).Except(Status.Channels.Select(channel => channel.Channel), StringComparer.Ordinal);

    /// <summary>The configuration of each channel that is asked about.</summary>
    public IEnumerable<ChannelSection> Sections => Configuration.Channels.Where(channel => Only.Count == 0 || Only.Contains(channel.Name));

    /// <summary>How long the time until then is, in the two largest units that matter: <c>3 h 20 min</c>.</summary>
    public static string Length(TimeSpan time) => time.Duration() switch
    {
        { TotalMinutes: < 1 } seconds => $"{(int)seconds.TotalSeconds} s",
        { TotalHours: < 1 } minutes => $"{(int)minutes.TotalMinutes} min",
        { TotalDays: < 1 } hours => hours.Minutes == 0 ? $"{hours.Hours} h" : $"{hours.Hours} h {hours.Minutes} min",
        var days => $"{(int)days.TotalDays} days",
    };
}
