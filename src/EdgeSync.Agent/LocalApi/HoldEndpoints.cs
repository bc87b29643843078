using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using EdgeSync.Agent.Holds;
using EdgeSync.Primitives.Failures;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace EdgeSync.Agent.LocalApi;

/// <summary>Holds over the daemon's Unix socket.</summary>
internal sealed class HoldEndpoints(HoldDesk desk)
{
    public const string HoldsPath = "/v1/holds";
    public const string ClearPath = "/v1/holds/clear";

    private const int MaxRequestBytes = 16 * 1024;

    public Task ListAsync(HttpContext context) => AnswerAsync(context, desk.List);

    public Task SetAsync(HttpContext context) => AnswerAsync(context, LocalApiJsonContext.Default.HoldRequest, desk.Set);

    public Task ClearAsync(HttpContext context) => AnswerAsync(context, LocalApiJsonContext.Default.HoldEnding, desk.Clear);

    private static async Task AnswerAsync<T>(HttpContext context, JsonTypeInfo<T> type, Func<T, HoldAnswer> ask)
        where T : class
    {
        // The server takes no bodies at all but here.
        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = MaxRequestBytes;
        T? request;
        try
        {
            request = await JsonSerializer.DeserializeAsync(context.Request.Body, type, context.RequestAborted);
        }
        catch (Exception failure) when (failure is JsonException or BadHttpRequestException)
        {
            request = null;
        }

        if (request is null)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        await AnswerAsync(context, () => ask(request));
    }

    private static async Task AnswerAsync(HttpContext context, Func<HoldAnswer> ask)
    {
        context.Response.ContentType = "application/json";
        try
        {
            var answer = ask();
            await JsonSerializer.SerializeAsync(context.Response.Body, answer, LocalApiJsonContext.Default.HoldAnswer, context.RequestAborted);
        }
        catch (EdgeSyncException failure)
        {
            context.Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
            var fault = new LocalFault(failure.Reason, failure.Message, failure.ExitCode, failure.Hint);
            await JsonSerializer.SerializeAsync(context.Response.Body, fault, LocalApiJsonContext.Default.LocalFault, context.RequestAborted);
        }
    }
}
