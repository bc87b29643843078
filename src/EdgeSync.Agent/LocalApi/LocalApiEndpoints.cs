using System.Text.Json;
using System.Threading.Channels;
using EdgeSync.Agent.Daemon;
using EdgeSync.Reconciliation;
using Microsoft.AspNetCore.Http;

namespace EdgeSync.Agent.LocalApi;

/// <summary>What the CLI asks the daemon over its Unix socket. Whoever may open the socket may ask: its folder's rights are the lock.</summary>
internal sealed class LocalApiEndpoints(Site site, CancellationToken stopping)
{
    public const string StatusPath = "/v1/status";
    public const string SyncPath = "/v1/sync";

    private const int ProgressBacklog = 256;
    private static readonly byte[] NewLine = "\n"u8.ToArray();

    private readonly HoldEndpoints _holds = new(site.HoldDesk);
    private readonly TrustEndpoints _trust = new(site.Trust, site.LookNow);

    /// <summary>Answers one request; few fixed paths need no router.</summary>
    public Task AnswerAsync(HttpContext context) => context.Request.Path.Value switch
    {
        StatusPath => AnswerAsync(context, get: StatusAsync),
        SyncPath => AnswerAsync(context, post: SyncAsync),
        HoldEndpoints.HoldsPath => AnswerAsync(context, get: _holds.ListAsync, post: _holds.SetAsync),
        HoldEndpoints.ClearPath => AnswerAsync(context, post: _holds.ClearAsync),
        TrustEndpoints.TrustPath => AnswerAsync(context, get: _trust.ShowAsync, post: _trust.ImportAsync),
        _ => Refuse(context, StatusCodes.Status404NotFound),
    };

    private static Task AnswerAsync(HttpContext context, RequestDelegate? get = null, RequestDelegate? post = null)
    {
        var answer = HttpMethods.IsGet(context.Request.Method) ? get : HttpMethods.IsPost(context.Request.Method) ? post : null;
        if (answer is not null)
        {
            return answer(context);
        }

        context.Response.Headers.Allow = get is null ? "POST" : post is null ? "GET" : "GET, POST";
        return Refuse(context, StatusCodes.Status405MethodNotAllowed);
    }

    private static Task Refuse(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    private Task StatusAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        return JsonSerializer.SerializeAsync(
            context.Response.Body, site.Status(), LocalApiJsonContext.Default.SiteStatus, context.RequestAborted);
    }

    // One JSON document a line, so that the reader shows each as it comes.
    private async Task SyncAsync(HttpContext context)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        try
        {
            await SyncAsync(context, ending);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The answer ends without a status, and who asked knows that the pass did not come to its end here.
        }
    }

    private async Task SyncAsync(HttpContext context, CancellationTokenSource ending)
    {
        context.Response.ContentType = "application/x-ndjson";
        var lines = Channel.CreateBounded<PipelineProgress>(
            new BoundedChannelOptions(ProgressBacklog) { FullMode = BoundedChannelFullMode.DropOldest });
        var pass = PassAsync(lines, ending.Token);
        await foreach (var progress in lines.Reader.ReadAllAsync(ending.Token))
        {
            await WriteAsync(context.Response, new SyncEvent(progress, null), ending.Token);
        }

        await pass;
        await WriteAsync(context.Response, new SyncEvent(null, site.Status()), ending.Token);
    }

    private async Task PassAsync(Channel<PipelineProgress> lines, CancellationToken cancellationToken)
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
