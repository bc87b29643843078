using System.Text.Json;
using System.Threading.Channels;
using EdgeSync.Agent.Daemon;
using EdgeSync.Reconciliation;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EdgeSync.Agent.LocalApi;

/// <summary>What the CLI asks the daemon over its Unix socket. Whoever may open the socket may ask: its folder's rights are the lock.</summary>
internal static class LocalApiEndpoints
{
    public const string StatusPath = "/v1/status";
    public const string SyncPath = "/v1/sync";

    private const int ProgressBacklog = 256;
    private static readonly byte[] NewLine = "\n"u8.ToArray();

    public static void MapLocalApi(this IEndpointRouteBuilder routes, Site site, CancellationToken stopping)
    {
        routes.MapGet(StatusPath, async context =>
        {
            context.Response.ContentType = "application/json";
            await JsonSerializer.SerializeAsync(
                context.Response.Body, site.Status(), LocalApiJsonContext.Default.SiteStatus, context.RequestAborted);
        });
        routes.MapPost(SyncPath, context => SyncAsync(context, site, stopping));
    }

    // One JSON document a line, so that the reader shows each as it comes.
    private static async Task SyncAsync(HttpContext context, Site site, CancellationToken stopping)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        try
        {
            await SyncAsync(context, site, ending);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The answer ends without a status, and who asked knows that the pass did not come to its end here.
        }
    }

    private static async Task SyncAsync(HttpContext context, Site site, CancellationTokenSource ending)
    {
        context.Response.ContentType = "application/x-ndjson";
        var lines = Channel.CreateBounded<PipelineProgress>(
            new BoundedChannelOptions(ProgressBacklog) { FullMode = BoundedChannelFullMode.DropOldest });
        var pass = PassAsync(site, lines, ending.Token);
        await foreach (var progress in lines.Reader.ReadAllAsync(ending.Token))
        {
            await WriteAsync(context.Response, new SyncEvent(progress, null), ending.Token);
        }

        await pass;
        await WriteAsync(context.Response, new SyncEvent(null, site.Status()), ending.Token);
    }

    private static async Task PassAsync(Site site, Channel<PipelineProgress> lines, CancellationToken cancellationToken)
    {
        try
        {
            await site.PassAsync(new ChannelProgress(lines.Writer), cancellationToken);
        }
        finally
        {
            lines.Writer.Complete();
        }
    }

    private static async Task WriteAsync(HttpResponse response, SyncEvent line, CancellationToken cancellationToken)
    {
        await response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(line, LocalApiJsonContext.Default.SyncEvent), cancellationToken);
        await response.Body.WriteAsync(NewLine, cancellationToken);
        await response.Body.FlushAsync(cancellationToken);
    }

    private sealed class ChannelProgress(ChannelWriter<PipelineProgress> lines) : IProgress<PipelineProgress>
    {
        public void Report(PipelineProgress value) => lines.TryWrite(value);
    }
}
