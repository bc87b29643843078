using System.Threading.Channels;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace EdgeSync.Agent.Page;

/// <summary>
/// Server-sent events that tell an open page to load itself again; what it shows comes from the page's own address. A stream ends after some minutes, and the
/// browser opens the next one, so that the session is looked at again.
/// </summary>
internal sealed class PageEvents(IPageSite site, IHostApplicationLifetime lifetime, TimeProvider time)
{
    private const int MostStreams = 16;
    private static readonly TimeSpan StreamLifetime = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Spacing = TimeSpan.FromSeconds(1);

    // Ages grow and windows open while nothing else happens; the bars of a preflight move all the time.
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(20);

    private int _open;

    public async Task StreamAsync(HttpContext context)
    {
        try
        {
            if (Interlocked.Increment(ref _open) > MostStreams)
            {
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                return;
            }

            await FollowAsync(context);
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    private async Task FollowAsync(HttpContext context)
    {
        // One waiting signal covers any number of changes.
        var signals = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        using var over = new CancellationTokenSource(StreamLifetime, time);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping, over.Token);
        void Signal() => signals.Writer.TryWrite(true);
        site.Changed += Signal;
        try
        {
            context.Response.ContentType = "text/event-stream";
            await SendAsync(context.Response, "retry: 3000\nevent: hello\ndata: open\n\n", ends.Token);
            while (true)
            {
                await Task.Delay(Spacing, time, ends.Token);
                using var tick = CancellationTokenSource.CreateLinkedTokenSource(ends.Token);
                tick.CancelAfter(site.Preflight is { IsRunning: true } ? Spacing : Tick);
                try
                {
                    await signals.Reader.ReadAsync(tick.Token);
                }
                catch (OperationCanceledException) when (!ends.IsCancellationRequested)
                {
                    // Nothing happened, and time went on.
                }

                await SendAsync(context.Response, "event: change\ndata: change\n\n", ends.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The browser left, the agent stops, or the stream was open for long enough.
        }
        finally
        {
            site.Changed -= Signal;
        }
    }

    private static async Task SendAsync(HttpResponse response, string text, CancellationToken cancellationToken)
    {
        await response.WriteAsync(text, cancellationToken);
        await response.Body.FlushAsync(cancellationToken);
    }
}
