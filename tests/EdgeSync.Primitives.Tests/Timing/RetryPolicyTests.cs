using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Timing;

namespace EdgeSync.Primitives.Tests.Timing;

public sealed class RetryPolicyTests
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(4);
    private static readonly TimeSpan Cap = TimeSpan.FromMilliseconds(10);

    private readonly List<TimeSpan> _waits = [];
    private int _tries;

    [Fact]
    public async Task Pipeline_FailureThatMayPass_TriesAgainUpToTheLimitWithTheTimesOfBackoff()
    {
        var failure = await FailAsync(share: 1, new Refusal("Busy"));

        Assert.Equal("Busy", failure.Reason);
        Assert.Equal(4, _tries);
        Assert.Equal([First, 2 * First, Cap], _waits);
    }

    [Fact]
    public async Task Pipeline_FailureThatCannotPass_DoesNotTryAgain()
    {
        await FailAsync(share: 1, new Refusal("Denied"));

        Assert.Equal(1, _tries);
    }

    [Fact]
    public async Task Pipeline_OtherSideAsksForALongerWait_WaitsThatLong()
    {
        await FailAsync(share: 0, new Refusal("Busy") { RetryAfter = Cap });

        Assert.All(_waits, wait => Assert.Equal(Cap, wait));
    }

    [Fact]
    public async Task Pipeline_OtherSideAsksForAShorterWait_WaitsAsItWouldAnyway()
    {
        await FailAsync(share: 1, new Refusal("Busy") { RetryAfter = TimeSpan.FromMilliseconds(1) });

        Assert.Equal([First, 2 * First, Cap], _waits);
    }

    [Fact]
    public async Task Pipeline_OtherSideAsksForMoreThanTheCap_DoesNotFollowIt()
    {
        await FailAsync(share: 1, new Refusal("Busy") { RetryAfter = TimeSpan.FromDays(1) });

        Assert.Equal([First, 2 * First, Cap], _waits);
    }

    [Fact]
    public async Task Pipeline_NoRetries_TriesOnce()
    {
        await FailAsync(share: 1, new Refusal("Busy"), maxRetries: 0);

        Assert.Equal(1, _tries);
    }

    [Fact]
    public void CreateBackoff_ManyThreads_EachGetsTimesWithinTheCap()
    {
        var policy = new RetryPolicy(TimeProvider.System, new Random(7));

        Parallel.For(0, 64, _ =>
        {
            var backoff = policy.CreateBackoff(First, Cap);
            for (var i = 0; i < 100; i++)
            {
                Assert.InRange(backoff.Next(), TimeSpan.FromMilliseconds(1), Cap);
            }
        });
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    public void Spread_Share_FromTheTimeToTwiceTheTime(double share, int times) =>
        Assert.Equal(times * First, new RetryPolicy(TimeProvider.System, new FixedRandom(share)).Spread(First));

    private async Task<Refusal> FailAsync(double share, Refusal failure, int maxRetries = 3)
    {
        var pipeline = new RetryPolicy(TimeProvider.System, new FixedRandom(share)).CreatePipeline(
            new RetryRule(First, Cap, maxRetries, met => met.Reason == "Busy") { Retrying = (_, _, wait) => _waits.Add(wait) });
        return await Assert.ThrowsAsync<Refusal>(async () => await pipeline.ExecuteAsync(_ =>
        {
            _tries++;
            return ValueTask.FromException(failure);
        }));
    }

    private sealed class Refusal(string reason) : EdgeSyncException(reason, "refused");
}
