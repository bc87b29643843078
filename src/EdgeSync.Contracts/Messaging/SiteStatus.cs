using EdgeSync.Primitives;

namespace EdgeSync.Contracts.Messaging;

/// <summary>All that a site says of itself now; sent when it changes and on connect, and shown by <c>edgesync status</c>.</summary>
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
    /// False where no agent runs at the site, and this is what its database said last; true where a running agent says it, to whom asks at the
    /// site. HQ knows it by the presence of the site, and is not told.
    /// </summary>
    public bool? Live { get; init; }

    /// <summary>When this was true, UTC; where it is not <see cref="Live"/>, when something was written last.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>False where the site has reason to doubt its clock.</summary>
    public bool ClockTrusted { get; set; } = true;

    /// <summary>How often HQ may expect a word from this site, in seconds; what is older than three times this is stale.</summary>
    public int ExpectedEverySeconds { get; set; } = 900;

    /// <summary>One entry for each channel that the site follows.</summary>
    public IReadOnlyList<ChannelStatus> Channels { get; set; } = [];

    /// <summary>Who at the site says "no changes now"; null where nobody does.</summary>
    public IReadOnlyList<HoldStatus>? Holds { get; init; }

    /// <summary>What is not right with the site itself (clock, memory, certificate); null where all is.</summary>
    public IReadOnlyList<SiteNotice>? Notices { get; init; }

    /// <summary>The proofs, kept at the site, that two different releases were signed under one number; null where there are none.</summary>
    public IReadOnlyList<EquivocationStatus>? Evidence { get; init; }

    /// <summary>The trust root; null where the keys stand in the site's configuration.</summary>
    public TrustStatus? Trust { get; init; }

    /// <summary>How many ledger entries HQ has not confirmed.</summary>
    public long OutboxLength { get; init; }

    /// <summary>The number of the newest ledger entry.</summary>
    public long LedgerNumber { get; init; }

    /// <summary>The fingerprint of the site's state, or null before anything was applied.</summary>
    public Digest? Fingerprint { get; init; }
}
