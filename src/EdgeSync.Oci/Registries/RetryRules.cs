using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;

namespace EdgeSync.Oci.Registries;

/// <summary>
/// When a request is sent again, and after what time: capped first, then spread over the whole range, and never sooner than the registry
/// asked for.
/// </summary>
internal sealed partial class RetryRules(RegistryOptions options, TimeProvider time, Random random, ILogger logger)
{
    public ResiliencePipeline Build()
    {
        var builder = new ResiliencePipelineBuilder { TimeProvider = time };
        if (options.MaxRetries > 0)
        {
            builder.AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = options.MaxRetries,
                ShouldHandle = arguments => ValueTask.FromResult(MayPass(arguments.Outcome.Exception)),
                DelayGenerator = arguments => ValueTask.FromResult<TimeSpan?>(Delay(arguments.AttemptNumber, arguments.Outcome.Exception)),
                OnRetry = arguments =>
                {
                    Log(arguments);
                    return ValueTask.CompletedTask;
                },
            });
        }

        return builder.Build();
    }

    private bool MayPass(Exception? failure) =>
        failure is RegistryException
        {
            Reason: RegistryReasons.RegistryUnreachable
                or RegistryReasons.ConnectionLost
                or RegistryReasons.RateLimited
                or RegistryReasons.RegistryError,
        } registryFailure
        && (registryFailure.RetryAfter is not { } wait || wait <= options.MaxRetryDelay);

    private TimeSpan Delay(int attempt, Exception? failure)
    {
        // In floating point, where doubling cannot overflow.
        var doubled = options.FirstRetryDelay.Ticks * Math.Pow(2, Math.Min(attempt, 30));
        var ceiling = doubled < options.MaxRetryDelay.Ticks ? TimeSpan.FromTicks((long)doubled) : options.MaxRetryDelay;
        TimeSpan spread;
        lock (random) // it is shared with the uploads, and not safe for several threads
        {
            spread = ceiling * random.NextDouble();
        }

        return (failure as RegistryException)?.RetryAfter is { } wait && wait > spread ? wait : spread;
    }

    private void Log(OnRetryArguments<object> arguments)
    {
        if (arguments.Outcome.Exception is RegistryException failure)
        {
            LogRetry(failure.Reason, failure.Subject, arguments.AttemptNumber + 1, (long)arguments.RetryDelay.TotalMilliseconds);
        }
    }

    [LoggerMessage(OciEventIds.RequestRetried, LogLevel.Debug, "Request to {Subject} failed with {Reason}, retry {Attempt} in {ElapsedMs} ms")]
    private partial void LogRetry(string reason, string? subject, int attempt, long elapsedMs);
}
