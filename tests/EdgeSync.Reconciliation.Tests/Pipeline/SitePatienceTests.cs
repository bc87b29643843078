using EdgeSync.Kubernetes.Api;
using EdgeSync.Primitives.Failures;
using EdgeSync.Reconciliation.Pipeline;
using EdgeSync.Testing;

namespace EdgeSync.Reconciliation.Tests.Pipeline;

public sealed class SitePatienceTests
{
    [Fact]
    public async Task RunAsync_WhileItTriesAgain_TheProgressNamesTheReason()
    {
        var time = new ManualTimeProvider();
        var reported = new List<PipelineProgress>();
        var failures = 2;

        var running = new SitePatience("stable", new Recorder(reported), time, new Random(1)).RunAsync(
            _ => failures-- > 0 ? throw Unwell() : Task.FromResult(true), newer: null, CancellationToken.None);
        while (!running.IsCompleted)
        {
            // Only to the end of a pause: the test must not use up the patience while the work is on another thread.
            time.Advance(time.NextDue - time.GetUtcNow() ?? TimeSpan.Zero);
            await Task.Yield();
        }

        Assert.True(await running);
        Assert.Equal(["the cluster: the webhook is down", "the cluster: the webhook is down"], reported.Select(progress => progress.WaitingFor));
    }

    private static KubernetesApiException Unwell() =>
        new(ApiReasons.AdmissionUnavailable, "the webhook is down") { Disposition = Disposition.Transient };

    private sealed class Recorder(List<PipelineProgress> reported) : IProgress<PipelineProgress>
    {
        public void Report(PipelineProgress value) => reported.Add(value);
    }
}
