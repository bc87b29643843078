using EdgeSync.Contracts;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Kubernetes.Watch;
using EdgeSync.Reconciliation.Drift;
using EdgeSync.Testing;

namespace EdgeSync.Reconciliation.Tests.Drift;

public sealed class DriftBackoffTests
{
    private static readonly ObjectId Web = new("apps/v1", "Deployment", "shop", "web");
    private static readonly ObjectId Motto = new("v1", "ConfigMap", "shop", "motto");
    private readonly ManualTimeProvider _time = new();
    private readonly DriftBackoff _backoff;

    public DriftBackoffTests() => _backoff = new DriftBackoff(_time);

    [Fact]
    public void IsDue_NoNotice_IsFalse() => Assert.Equal((false, null), (_backoff.IsDue, _backoff.Due));

    [Fact]
    public void IsDue_FirstNotices_AreRepairedAtOnce()
    {
        for (var i = 0; i < 3; i++)
        {
            _backoff.Note(new DriftNotice(Web, DriftKind.Changed, "hpa"));
            Assert.True(_backoff.IsDue);
            _backoff.Repaired(_backoff.Take(all: true), [new ObjectChange(Web, ChangeAction.Configured)]);
        }
    }

    [Fact]
    public void IsDue_ContestedObject_IsRepairedLaterAndLaterUpToALimit()
    {
        var started = _time.GetUtcNow();
        var repairs = 0;
        while (_time.GetUtcNow() - started < TimeSpan.FromHours(2))
        {
            // The other controller undoes each repair within a second.
            _backoff.Note(new DriftNotice(Web, DriftKind.Changed, "hpa"));
            if (_backoff.IsDue)
            {
                repairs++;
                _backoff.Repaired(_backoff.Take(all: true), [new ObjectChange(Web, ChangeAction.Configured)]);
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

        var fight = _backoff.FindFight();

        Assert.Equal(ReasonCodes.DriftContested, fight?.Reason);
        Assert.Contains($"{Web} was changed by 'hpa' and repaired 3 times", fight!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FindFight_NoticesThatNeededNoRepair_AreNoFight()
    {
        for (var i = 0; i < 5; i++)
        {
            _backoff.Note(new DriftNotice(Web, DriftKind.Changed, "hpa"));
            _backoff.Repaired(_backoff.Take(all: true), []);
        }

        Assert.Null(_backoff.FindFight());
    }

    [Fact]
    public void IsDue_AnotherObjectDuringAFight_IsRepairedAtOnce()
    {
        Fight(4);
        _backoff.Note(new DriftNotice(Web, DriftKind.Changed, "hpa"));
        Assert.False(_backoff.IsDue);

        _backoff.Note(new DriftNotice(Motto, DriftKind.Deleted));

        Assert.True(_backoff.IsDue);
    }

    [Fact]
    public void FindFight_QuietForLong_IsForgotten()
    {
        Fight(4);

        _time.Advance(TimeSpan.FromMinutes(21));

        Assert.Null(_backoff.FindFight());
        _backoff.Note(new DriftNotice(Web, DriftKind.Changed, "hpa"));
        Assert.True(_backoff.IsDue);
    }

    private void Fight(int rounds)
    {
        for (var i = 0; i < rounds; i++)
        {
            _backoff.Note(new DriftNotice(Web, DriftKind.Changed, "hpa"));
            _backoff.Repaired(_backoff.Take(all: true), [new ObjectChange(Web, ChangeAction.Configured)]);
        }
    }
}
