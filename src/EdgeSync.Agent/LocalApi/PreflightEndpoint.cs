using EdgeSync.Agent.Preflight;
using Microsoft.AspNetCore.Http;

namespace EdgeSync.Agent.LocalApi;

/// <summary>Starts a preflight and streams its events: one JSON document per line. The preflight goes on when the reader goes away.</summary>
internal static class PreflightEndpoint
{
    /// <summary>Raises an <see cref="Failures.AgentException"/> where one runs already, or the request is not valid.</summary>
    public static async Task RunAsync(PreflightRequest request, HttpContext context, PreflightJobs jobs)
    {
        var job = jobs.Start(request);
        context.Response.ContentType = JsonLines.ContentType;
        await context.Response.StartAsync(context.RequestAborted);
        await foreach (var happened in job.WatchAsync(context.RequestAborted))
        {
            await JsonLines.WriteAsync(context.Response, happened, LocalApiJsonContext.Default.PreflightEvent, context.RequestAborted);
        }
    }
}
