using EdgeSync.Contracts;
using EdgeSync.Reconciliation.Channels;
using EdgeSync.Reconciliation.Ports;
using EdgeSync.Testing;

namespace EdgeSync.Reconciliation.Tests.Channels;

public sealed class RepairPaceTests
{
    private const string Web = "Deployment shop/web";
    private readonly ManualTimeProvider _time = new();
    private readonly RepairPace _pace;

    public RepairPaceTests() => _pace = new RepairPace(_time);

    [Fact]
    public void IsDue_NoSign_IsNot() => Assert.Equal((false, null), (_pace.IsDue, _pace.Due));

    [Fact]
    public void IsDue_FirstSigns_AreRepairedAtOnce()
    {
        for (var i = 0; i < 3; i++)
        {
            _pace.Note(new DriftSign(Web, "Changed", "hpa"));
            Assert.True(_pace.IsDue);
            _pace.Repaired([$"{Web} Configured"]);
        }
    }

    [Fact]
    public void IsDue_ObjectThatIsFoughtOver_IsRepairedLaterAndLaterUpToACap()
    {
        var started = _time.GetUtcNow();
        var repairs = 0;
        while (_time.GetUtcNow() - started < TimeSpan.FromHours(2))
        {
            // The other one answers each repair within a second.
            _pace.Note(new DriftSign(Web, "Changed", "hpa"));
            if (_pace.IsDue)
            {
                repairs++;
                _pace.Repaired([$"{Web} Configured"]);
            }

            _time.Advance(TimeSpan.FromSeconds(1));
        }

        // 3 at once, then after 0.5, 1, 2, 4, 8 and each 10 minutes.
        Assert.InRange(repairs, 12, 20);
    }

    [Fact]
    public void FindFight_AfterThreeRepairs_NamesObjectAndManager()
    {
        Fight(3);

        var fight = _pace.FindFight();

        Assert.Equal(ReasonCodes.DriftContested, fight?.Reason);
        Assert.Contains($"{Web} was changed by 'hpa' and repaired 3 times", fight!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FindFight_SignsThatNeededNoRepair_AreNoFight()
    {
        for (var i = 0; i < 5; i++)
        {
            _pace.Note(new DriftSign(Web, "Changed", "hpa"));
            _pace.Repaired([]);
        }

        Assert.Null(_pace.FindFight());
    }

    [Fact]
    public void IsDue_AnotherObjectDuringAFight_IsRepairedAtOnce()
    {
        Fight(4);
        _pace.Note(new DriftSign(Web, "Changed", "hpa"));
        Assert.False(_pace.IsDue);

        _pace.Note(new DriftSign("ConfigMap shop/motto", "Deleted", null));

        Assert.True(_pace.IsDue);
    }

    [Fact]
    public void FindFight_QuietForLong_IsForgotten()
    {
        Fight(4);

        _time.Advance(TimeSpan.FromMinutes(21));

        Assert.Null(_pace.FindFight());
        _pace.Note(new DriftSign(Web, "Changed", "hpa"));
        Assert.True(_pace.IsDue);
    }

    private void Fight(int rounds)
    {
        for (var i = 0; i < rounds; i++)
        {
            _pace.Note(new DriftSign(Web, "Changed", "hpa"));
            _pace.Repaired([$"{Web} Configured"]);
        }
    }
}
