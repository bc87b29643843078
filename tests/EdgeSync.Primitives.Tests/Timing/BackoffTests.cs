using EdgeSync.Primitives.Timing;

namespace EdgeSync.Primitives.Tests.Timing;

public sealed class BackoffTests
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Cap = TimeSpan.FromSeconds(60);

    [Fact]
    public void Next_HighestDraw_DoublesUpToTheCap()
    {
        var backoff = new Backoff(First, Cap, new FixedRandom(1));

        Assert.Equal([1, 2, 4, 8, 16, 32, 60, 60], Enumerable.Range(0, 8).Select(_ => backoff.Next().TotalSeconds));
    }

    [Fact]
    public void Next_AtTheCap_IsStillSpreadOverTheWholeRange()
    {
        // Jitter after the cap: if it were before, every site of a long outage would call at exactly the cap.
        var backoff = new Backoff(First, Cap, new Random(7));
        var late = Enumerable.Range(0, 1000).Select(_ => backoff.Next()).Skip(10).ToList();

        Assert.All(late, wait => Assert.InRange(wait, TimeSpan.FromMilliseconds(1), Cap));
        Assert.InRange(late.Average(wait => wait.TotalSeconds), 25, 35);
        Assert.Contains(late, wait => wait < Cap / 10);
        Assert.Contains(late, wait => wait > Cap * 0.9);
    }

    [Fact]
    public void Next_LowestDraw_IsNeverABusyLoop() =>
        Assert.Equal(TimeSpan.FromMilliseconds(1), new Backoff(First, Cap, new FixedRandom(0)).Next());

    [Fact]
    public void Next_AfterAMillionFailures_IsStillTheCap()
    {
        var backoff = new Backoff(First, TimeSpan.FromDays(1), new FixedRandom(1));
        for (var i = 0; i < 1_000_000; i++)
        {
            backoff.Next();
        }

        Assert.Equal((TimeSpan.FromDays(1), 1_000_001), (backoff.Next(), backoff.Failures));
    }

    [Fact]
    public void Next_HugeFirst_IsTheCapAndNoOverflow() =>
        Assert.Equal(Cap, Run(new Backoff(TimeSpan.FromDays(10_000), Cap, new FixedRandom(1)), 40));

    [Fact]
    public void Reset_AfterProgress_BeginsAtTheFirst()
    {
        var backoff = new Backoff(First, Cap, new FixedRandom(1));
        Run(backoff, 5);

        backoff.Reset();

        Assert.Equal((0, First), (backoff.Failures, backoff.Next()));
    }

    private static TimeSpan Run(Backoff backoff, int times)
    {
        var last = TimeSpan.Zero;
        for (var i = 0; i < times; i++)
        {
            last = backoff.Next();
        }

        return last;
    }
}
