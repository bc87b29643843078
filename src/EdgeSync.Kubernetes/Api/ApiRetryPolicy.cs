using EdgeSync.Primitives.Failures;
using Polly;
using Polly.Retry;

namespace EdgeSync.Kubernetes.Api;

/// <summary>When a request to the API server is sent again, and after how long.</summary>
internal static class ApiRetryPolicy
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(10);

    public static ResiliencePipeline Create(KubernetesClientOptions options, TimeProvider time, Random random)
    {
        var builder = new ResiliencePipelineBuilder { TimeProvider = time };
        if (options.MaxAttempts > 1)
        {
            builder.AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = options.MaxAttempts - 1,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = FirstDelay,
                MaxDelay = LongestDelay,
                Randomizer = () => Next(random),
                ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Exception is KubernetesApiException failure && MayPass(failure)),
                // Null: the exponential delay.
                DelayGenerator = arguments => ValueTask.FromResult(
                    arguments.Outcome.Exception is KubernetesApiException { RetryAfter: { } asked } && asked < LongestDelay ? asked : (TimeSpan?)null),
            });
        }

        return builder.Build();
    }

    // The same request would meet the same conflict or the same expired version again.
    private static bool MayPass(KubernetesApiException failure) =>
        failure.Disposition != Disposition.Stalled
        && failure.Reason is (ApiReasons.ClusterUnreachable or ApiReasons.ClusterBusy or ApiReasons.ClusterError);

    // Random is not safe for several threads, and requests run side by side.
    private static double Next(Random random)
    {
        lock (random)
        {
            return random.NextDouble();
        }
    }
}
