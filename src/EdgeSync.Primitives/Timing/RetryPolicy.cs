using EdgeSync.Primitives.Failures;
using Polly;
using Polly.Retry;

namespace EdgeSync.Primitives.Timing;

/// <summary>
/// How EdgeSync tries again, at the registry, the API server and the broker: after the waiting times of <see cref="Backoff"/>, and not sooner than
/// the other side asked for. A program has one policy and hands it to its clients. Safe for use by several threads.
/// </summary>
public sealed class RetryPolicy(TimeProvider time, Random random)
{
    private readonly Lock _lock = new();

    /// <summary>The waiting times of one loop that decides itself when to try again. One thread at a time uses it.</summary>
    public Backoff CreateBackoff(TimeSpan first, TimeSpan cap) => new(first, cap, NextShare);

    /// <summary>Sends requests again as the rule says. The last failure reaches the caller.</summary>
    public ResiliencePipeline CreatePipeline(RetryRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        var builder = new ResiliencePipelineBuilder { TimeProvider = time };
        if (rule.MaxRetries > 0)
        {
            builder.AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = rule.MaxRetries,
                ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Exception is EdgeSyncException failure && rule.MayPass(failure)),
                DelayGenerator = arguments => ValueTask.FromResult<TimeSpan?>(
                    DelayOf(rule, arguments.AttemptNumber, (arguments.Outcome.Exception as EdgeSyncException)?.RetryAfter)),
                OnRetry = arguments =>
                {
                    rule.Retrying?.Invoke((EdgeSyncException)arguments.Outcome.Exception!, arguments.AttemptNumber + 1, arguments.RetryDelay);
                    return ValueTask.CompletedTask;
                },
            });
        }

        return builder.Build();
    }

    /// <summary>A random time from <paramref name="least"/> to twice that.</summary>
    public TimeSpan Spread(TimeSpan least) => least * (1 + NextShare());

    private TimeSpan DelayOf(RetryRule rule, int failures, TimeSpan? asked)
    {
        var delay = Backoff.Delay(rule.First, rule.Cap, failures, NextShare());
        return asked > delay && asked <= rule.Cap ? asked.Value : delay;
    }

    // Random is not safe for several threads.
    private double NextShare()
    {
        lock (_lock)
        {
            return random.NextDouble();
        }
    }
}

/// <summary>When one client's requests are sent again.</summary>
/// <param name="First">The upper end of the first waiting time.</param>
/// <param name="Cap">The upper end of every waiting time. If the other side asks for more with Retry-After, its wish is not followed.</param>
/// <param name="MaxRetries">How many times a request is sent again; zero: not at all.</param>
/// <param name="MayPass">Whether the same request can succeed later.</param>
public sealed record RetryRule(TimeSpan First, TimeSpan Cap, int MaxRetries, Func<EdgeSyncException, bool> MayPass)
{
    /// <summary>Called before each wait with the failure, the number of the retry (from 1) and the waiting time; or null.</summary>
    public Action<EdgeSyncException, int, TimeSpan>? Retrying { get; init; }
}
