using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Reconciliation.State;

namespace EdgeSync.Agent.Tests.State;

public sealed class HoldStoreTests : IDisposable
{
    private readonly HoldFixture _fixture = new();

    [Fact]
    public void Active_NoHold_IsNull() => Assert.Null(Active());

    [Fact]
    public void Set_Hold_IsAcknowledgedWithWhoWhatAndWhy()
    {
        _fixture.Holds.Set(new Hold("crew", "in flight", _fixture.Now, _fixture.Now.AddHours(4)));

        var said = Assert.Single(_fixture.Ledger());
        Assert.Equal(
            (AcknowledgementEvent.Held, "Held", "crew holds the site until 2026-11-21 06:00:00Z: in flight"), (said.Event, said.Reason, said.Message));
    }

    [Fact]
    public void Active_AfterARestart_StillHolds()
    {
        _fixture.Holds.Set(new Hold("crew", "in flight", _fixture.Now, Expires: null, "stable"));

        _fixture.Restart();

        Assert.Equal(new Hold("crew", "in flight", _fixture.Now, null, "stable"), Active());
    }

    [Fact]
    public void Active_HoldOfAnotherChannel_DoesNotHold()
    {
        _fixture.Holds.Set(new Hold("crew", "a", _fixture.Now, null, "beta"));

        Assert.Null(Active());
        Assert.NotNull(_fixture.Holds.Active("beta"));
    }

    [Fact]
    public void Active_Several_IsTheOneThatEndsLast()
    {
        _fixture.Holds.Set(new Hold("short", "a", _fixture.Now, _fixture.Now.AddHours(1)));
        _fixture.Holds.Set(new Hold("long", "b", _fixture.Now, _fixture.Now.AddHours(5)));

        Assert.Equal("long", Active()?.Owner);
    }

    [Fact]
    public void Active_HoldRanOut_IsAcknowledgedAsReleasedOnce()
    {
        _fixture.Holds.Set(new Hold("crew", "in flight", _fixture.Now, _fixture.Now.AddHours(1)));
        _fixture.Time.Advance(TimeSpan.FromHours(1));

        Assert.Null(Active());
        Assert.Null(Active());
        _fixture.Restart();
        Assert.Null(Active());

        Assert.Equal([AcknowledgementEvent.Held, AcknowledgementEvent.Released], _fixture.Ledger().Select(a => a.Event));
        Assert.Equal("the hold of crew on the site ran out at 2026-11-21 03:00:00Z: in flight", _fixture.Ledger()[1].Message);
    }

    [Fact]
    public void Set_SameOwnerAgain_TakesThePlaceOfTheFirst()
    {
        _fixture.Holds.Set(new Hold("crew", "in flight", _fixture.Now, _fixture.Now.AddHours(1)));
        _fixture.Holds.Set(new Hold("crew", "delayed", _fixture.Now, _fixture.Now.AddHours(9)));

        _fixture.Restart();

        Assert.Equal("delayed", Assert.Single(_fixture.Holds.All).Reason);
        Assert.Equal([AcknowledgementEvent.Held, AcknowledgementEvent.Held], _fixture.Ledger().Select(a => a.Event));
    }

    [Fact]
    public void Clear_SomeHolds_EndsThoseAndSaysWhoDidIt()
    {
        _fixture.Holds.Set(new Hold("crew", "in flight", _fixture.Now, null));
        _fixture.Holds.Set(new Hold("till", "open", _fixture.Now, null));

        var ended = _fixture.Holds.Clear("night shift", hold => hold.Owner == "crew");

        Assert.Equal("crew", Assert.Single(ended).Owner);
        _fixture.Restart();
        Assert.Equal("till", Active()?.Owner);
        Assert.Equal(
            (AcknowledgementEvent.Released, "night shift ended the hold of crew on the site: in flight"),
            (_fixture.Ledger()[^1].Event, _fixture.Ledger()[^1].Message));
    }

    [Fact]
    public void Clear_Nothing_WritesNothing()
    {
        var changes = 0;
        _fixture.Holds.Changed += () => changes++;

        Assert.Empty(_fixture.Holds.Clear("crew", _ => true));

        Assert.Equal((0, 0), (changes, _fixture.Ledger().Count));
    }

    public void Dispose() => _fixture.Dispose();

    private Hold? Active() => _fixture.Holds.Active("stable");
}
