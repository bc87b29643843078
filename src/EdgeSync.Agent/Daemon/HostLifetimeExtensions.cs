using Microsoft.Extensions.Hosting;

namespace EdgeSync.Agent.Daemon;

/// <summary>Lets a background service wait until the whole host has started.</summary>
internal static class HostLifetimeExtensions
{
    public static async Task WaitForStartedAsync(this IHostApplicationLifetime lifetime, CancellationToken cancellationToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(cancellationToken);
    }
}
