using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Reconciliation.State;

namespace EdgeSync.Agent.Tests.State;

public sealed class HoldStoreTests : IDisposable
{
    private readonly HoldBed _bed = new();

    [Fact]
    public void Active_NoHold_IsNull() => Assert.Null(Active());

    [Fact]
    public void Set_Hold_IsAcknowledgedWithWhoWhatAndWhy()
    {
        _bed.Holds.Set(new Hold("crew", "in flight", _bed.Now, _bed.Now.AddHours(4)));

        var said = Assert.Single(_bed.Ledger());
        Assert.Equal(
            (AcknowledgementEvent.Held, "Held", "crew holds the site until 2026-11-21 06:00:00Z: in flight"), (said.Event, said.Reason, said.Message));
    }

    [Fact]
    public void Active_AfterARestart_StillHolds()
    {
        _bed.Holds.Set(new Hold("crew", "in flight", _bed.Now, Expires: null, "stable"));

        _bed.Restart();

        Assert.Equal(new Hold("crew", "in flight", _bed.Now, null, "stable"), Active());
    }

    [Fact]
    public void Active_HoldOfAnotherChannel_DoesNotHold()
    {
        _bed.Holds.Set(new Hold("crew", "a", _bed.Now, null, "beta"));

        Assert.Null(Active());
        Assert.NotNull(_bed.Holds.Active("beta"));
    }

    [Fact]
    public void Active_Several_IsTheOneThatEndsLast()
    {
        _bed.Holds.Set(new Hold("short", "a", _bed.Now, _bed.Now.AddHours(1)));
        _bed.Holds.Set(new Hold("long", "b", _bed.Now, _bed.Now.AddHours(5)));

        Assert.Equal("long", Active()?.Owner);
    }

    [Fact]
    public void Active_HoldRanOut_IsAcknowledgedAsReleasedOnce()
    {
        _bed.Holds.Set(new Hold("crew", "in flight", _bed.Now, _bed.Now.AddHours(1)));
        _bed.Time.Advance(TimeSpan.FromHours(1));

        Assert.Null(Active());
        Assert.Null(Active());
        _bed.Restart();
        Assert.Null(Active());

        Assert.Equal([AcknowledgementEvent.Held, AcknowledgementEvent.Released], _bed.Ledger().Select(a => a.Event));
        Assert.Equal("the hold of crew on the site ran out at 2026-11-21 03:00:00Z: in flight", _bed.Ledger()[1].Message);
    }

    [Fact]
    public void Set_SameOwnerAgain_TakesThePlaceOfTheFirst()
    {
        _bed.Holds.Set(new Hold("crew", "in flight", _bed.Now, _bed.Now.AddHours(1)));
        _bed.Holds.Set(new Hold("crew", "delayed", _bed.Now, _bed.Now.AddHours(9)));

        _bed.Restart();

        Assert.Equal("delayed", Assert.Single(_bed.Holds.All).Reason);
        Assert.Equal([AcknowledgementEvent.Held, AcknowledgementEvent.Held], _bed.Ledger().Select(a => a.Event));
    }

    [Fact]
    public void Clear_SomeHolds_EndsThoseAndSaysWhoDidIt()
    {
        _bed.Holds.Set(new Hold("crew", "in flight", _bed.Now, null));
        _bed.Holds.Set(new Hold("till", "open", _bed.Now, null));

        var ended = _bed.Holds.Clear("night shift", hold => hold.Owner == "crew");

        Assert.Equal("crew", Assert.Single(ended).Owner);
        _bed.Restart();
        Assert.Equal("till", Active()?.Owner);
        Assert.Equal(
            (AcknowledgementEvent.Released, "night shift ended the hold of crew on the site: in flight"),
            (_bed.Ledger()[^1].Event, _bed.Ledger()[^1].Message));
    }

    [Fact]
    public void Clear_Nothing_WritesNothing()
    {
        var changes = 0;
        _bed.Holds.Changed += () => changes++;

        Assert.Empty(_bed.Holds.Clear("crew", _ => true));

        Assert.Equal((0, 0), (changes, _bed.Ledger().Count));
    }

    public void Dispose() => _bed.Dispose();

    private Hold? Active() => _bed.Holds.Active("stable");
}
