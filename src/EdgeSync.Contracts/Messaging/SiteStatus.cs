using EdgeSync.Contracts.Checks;
using EdgeSync.Primitives;

namespace EdgeSync.Contracts.Messaging;

/// <summary>The current status of a site. The agent sends it when it changes and on connect; <c>edgesync status</c> shows it.</summary>
public sealed record SiteStatus
{
    /// <summary>The value of <see cref="Schema"/> that this version reads and writes.</summary>
    public const string CurrentSchema = "edgesync.dev/status/v1";

    /// <summary>The format's name and version.</summary>
    public string Schema { get; set; } = CurrentSchema;

    /// <summary>The fleet.</summary>
    public required string Fleet { get; init; }

    /// <summary>The site.</summary>
    public required string Site { get; init; }

    /// <summary>The site's labels.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; set; } = new Dictionary<string, string>();

    /// <summary>The agent's version.</summary>
    public required string Agent { get; init; }

    /// <summary>
    /// True when a running agent reports this at the site; false when no agent runs and this is the last status in its database. Not sent to HQ,
    /// which knows the presence of the site.
    /// </summary>
    public bool? Live { get; init; }

    /// <summary>The time of this status, UTC; when it is not <see cref="Live"/>, the time of the last write.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>False where the site has reason to doubt its clock.</summary>
    public bool ClockTrusted { get; set; } = true;

    /// <summary>How often the site sends its status at least, in seconds. A status older than three times this is stale.</summary>
    public int ExpectedEverySeconds { get; set; } = 900;

    /// <summary>One entry for each channel that the site follows.</summary>
    public IReadOnlyList<ChannelStatus> Channels { get; set; } = [];

    /// <summary>The hold on changes; null when there is none.</summary>
    public IReadOnlyList<HoldStatus>? Holds { get; init; }

    /// <summary>What is not right with the site itself (clock, memory, certificate); null where all is.</summary>
    public IReadOnlyList<SiteNotice>? Notices { get; init; }

    /// <summary>The proofs that two different releases were signed under one number, which the site keeps; null when there are none.</summary>
    public IReadOnlyList<EquivocationStatus>? Evidence { get; init; }

    /// <summary>The trust root; null where the keys stand in the site's configuration.</summary>
    public TrustStatus? Trust { get; init; }

    /// <summary>The preflight that runs, or the last one since the agent started; null when there was none.</summary>
    public PreflightStatus? Preflight { get; init; }

    /// <summary>The answer to HQ's last request for a preflight; null where HQ has not asked since the agent started.</summary>
    public PreflightReply? PreflightReply { get; init; }

    /// <summary>How many ledger entries HQ has not confirmed.</summary>
    public long OutboxLength { get; init; }

    /// <summary>The number of the newest ledger entry.</summary>
    public long LedgerNumber { get; init; }

    /// <summary>The fingerprint of the site's state, or null before anything was applied.</summary>
    public Digest? Fingerprint { get; init; }
}
