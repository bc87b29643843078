using EdgeSync.Contracts;
using EdgeSync.Contracts.Releases;
using EdgeSync.Primitives;
using EdgeSync.Reconciliation.Ports;
using EdgeSync.Reconciliation.State;
using EdgeSync.Reconciliation.Pipeline;
using EdgeSync.Signing.Policies;
using EdgeSync.Signing.Releases;
using EdgeSync.Testing;

namespace EdgeSync.Reconciliation.Tests.Pipeline;

public sealed class GateStepTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly Holds _holds = new();
    private ChannelRecord _channel = new() { Channel = "stable" };

    [Fact]
    public void Decide_NothingAgainstIt_IsOpen() => Assert.IsType<GateDecision.Open>(Decide(Release()));

    [Fact]
    public void Decide_Expired_IsClosedForGood()
    {
        var closed = Assert.IsType<GateDecision.Closed>(Decide(Release() with { ExpiresAt = _time.GetUtcNow() }));

        Assert.Equal(ReasonCodes.ReleaseExpired, closed.Reason);
    }

    [Fact]
    public void Decide_NewestOfTheChannelExpired_WaitsForAFreshOne()
    {
        // This release is in force for 30 more days; a later one, for other sites, has expired.
        _channel = _channel with { HighestSeen = new SeenRelease(9, Digest.Of("y"u8)), NewestExpires = _time.GetUtcNow() };

        var wait = Assert.IsType<GateDecision.Wait>(Decide(Release()));

        Assert.Equal((ReasonCodes.FreezeSuspected, null), (wait.Reason, wait.Until));
        Assert.Contains("9, expired at", wait.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_NewestOfTheChannelFresh_IsOpen()
    {
        _channel = _channel with { NewestExpires = _time.GetUtcNow().AddSeconds(1) };

        Assert.IsType<GateDecision.Open>(Decide(Release()));
    }

    [Fact]
    public void Decide_BeforeItsTime_WaitsUntilThen()
    {
        var start = _time.GetUtcNow().AddHours(2);

        var wait = Assert.IsType<GateDecision.Wait>(Decide(Release() with { NotBefore = start }));

        Assert.Equal((ReasonCodes.ReleaseNotYetValid, start), (wait.Reason, wait.Until));
    }

    [Fact]
    public void Decide_AtItsTime_IsOpen()
    {
        var release = Release() with { NotBefore = _time.GetUtcNow().AddHours(2) };
        _time.Advance(TimeSpan.FromHours(2));

        Assert.IsType<GateDecision.Open>(Decide(release));
    }

    [Fact]
    public void Decide_Held_WaitsAndNamesTheHolder()
    {
        _holds.Current = new Hold("crew", "in flight", _time.GetUtcNow(), Expires: null);

        var wait = Assert.IsType<GateDecision.Wait>(Decide(Release()));

        Assert.Equal(ReasonCodes.Held, wait.Reason);
        Assert.Matches("^held by crew since .*Z until somebody clears it: in flight$", wait.Message);
        Assert.Contains("edgesync hold clear", wait.Hint, StringComparison.Ordinal);
        Assert.Null(wait.Until);
    }

    [Fact]
    public void Decide_HeldForATime_WaitsUntilThen()
    {
        var end = _time.GetUtcNow().AddHours(4);
        _holds.Current = new Hold("crew", "in flight", _time.GetUtcNow(), end);

        var wait = Assert.IsType<GateDecision.Wait>(Decide(Release()));

        Assert.Equal(end, wait.Until);
        Assert.Contains($"until {end:u}: in flight", wait.Message, StringComparison.Ordinal);
    }

    private GateDecision Decide(ReleaseRecord release) => new GateStep(new FixedTrust(new TrustPolicy([], [])), _holds, windows: null!, deadline: null!, interlocks: null!, _time).Decide(release, _channel);

    private ReleaseRecord Release() => new()
    {
        Channel = "stable",
        Sequence = 7,
        Bundle = new BundleRevision { Name = "shop", Version = "1", Repository = "registry.invalid/shop", Digest = Digest.Of("x"u8) },
        IssuedAt = _time.GetUtcNow().AddDays(-1),
        ExpiresAt = _time.GetUtcNow().AddDays(30),
    };

    private sealed class Holds : IHoldStore
    {
        public event Action? Changed
        {
            add { }
            remove { }
        }

        public Hold? Current { get; set; }

        public Hold? Active(string channel) => channel == "stable" ? Current : null;
    }
}
