using System.Text.Json;
using System.Threading.Channels;
using EdgeSync.Agent.Daemon;
using EdgeSync.Agent.Failures;
using EdgeSync.Primitives.Failures;
using EdgeSync.Reconciliation;
using EdgeSync.Reconciliation.Windows;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace EdgeSync.Agent.LocalApi;

/// <summary>Runs one pass and streams its progress: one JSON document per line.</summary>
internal static class SyncEndpoint
{
    private const int ProgressBacklog = 256;

    /// <summary>Raises an <see cref="AgentException"/> where the request says who overrides the windows, and that cannot be taken.</summary>
    public static async Task RunAsync(HttpContext context, Site site)
    {
        var windows = await ReadOverrideAsync(context);
        var stopping = context.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        try
        {
            var channels = context.Request.Query[LocalApiEndpoints.ChannelParameter].OfType<string>().ToHashSet(StringComparer.Ordinal);
            await StreamAsync(context.Response, progress => site.PassAsync(channels, progress, windows, ending.Token), site, ending.Token);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The answer ends without a status; the client sees by that that the pass did not finish here.
        }
    }

    // A request without a body is a plain pass.
    private static async Task<WindowOverride?> ReadOverrideAsync(HttpContext context)
    {
        if (context.Request.ContentType is null)
        {
            return null;
        }

        string? problem;
        try
        {
            var windows = await context.Request.ReadFromJsonAsync(LocalApiJsonContext.Default.WindowOverride, context.RequestAborted);
            problem = windows is null ? "it has no body" : windows.FindProblem();
            if (problem is null)
            {
                return windows;
            }
        }
        catch (JsonException)
        {
            problem = "its body is not JSON of a name and a reason";
        }

        throw new AgentException("OverrideInvalid", $"the request to override the windows is not valid: {problem}") { ExitCode = ExitCodes.Usage };
    }

    private static async Task StreamAsync(HttpResponse response, Func<IProgress<PipelineProgress>, Task> run, Site site, CancellationToken cancellationToken)
    {
        response.ContentType = JsonLines.ContentType;
        var lines = Channel.CreateBounded<PipelineProgress>(
            new BoundedChannelOptions(ProgressBacklog) { FullMode = BoundedChannelFullMode.DropOldest });
        var pass = PassAsync(run, lines);
        await foreach (var progress in lines.Reader.ReadAllAsync(cancellationToken))
        {
            await JsonLines.WriteAsync(response, new SyncEvent(progress, null), LocalApiJsonContext.Default.SyncEvent, cancellationToken);
        }

        await pass;
        await JsonLines.WriteAsync(response, new SyncEvent(null, site.Status()), LocalApiJsonContext.Default.SyncEvent, cancellationToken);
    }

    private static async Task PassAsync(Func<IProgress<PipelineProgress>, Task> run, Channel<PipelineProgress> lines)
    {
        try
        {
            await run(new ChannelProgress(lines.Writer));
        }
        finally
        {
            lines.Writer.Complete();
        }
    }

    private sealed class ChannelProgress(ChannelWriter<PipelineProgress> lines) : IProgress<PipelineProgress>
    {
        public void Report(PipelineProgress value) => lines.TryWrite(value);
    }
}
