using System.Text.Json;
using EdgeSync.Agent.Trust;
using EdgeSync.Primitives.Failures;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace EdgeSync.Agent.LocalApi;

/// <summary>The site's trust over the daemon's Unix socket.</summary>
internal sealed class TrustEndpoints(SiteTrust? trust, Action lookNow)
{
    public const string TrustPath = "/v1/trust";

    private const int MaxRequestBytes = 64 << 20;

    public Task ShowAsync(HttpContext context) => AnswerAsync(
        context, known => JsonSerializer.SerializeAsync(context.Response.Body, known.View, LocalApiJsonContext.Default.TrustView, context.RequestAborted));

    public async Task ImportAsync(HttpContext context)
    {
        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = MaxRequestBytes;
        TrustImport? import;
        try
        {
            import = await JsonSerializer.DeserializeAsync(context.Request.Body, LocalApiJsonContext.Default.TrustImport, context.RequestAborted);
        }
        catch (Exception failure) when (failure is JsonException or BadHttpRequestException)
        {
            import = null;
        }

        if (import is not { Envelopes.Count: > 0 and <= TrustImport.MaxEnvelopes })
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        await AnswerAsync(context, async known =>
        {
            var answer = await known.ImportAsync(import, context.RequestAborted);

            // What waits for other keys, and what runs, is judged anew at once.
            lookNow();
            await JsonSerializer.SerializeAsync(context.Response.Body, answer, LocalApiJsonContext.Default.TrustAnswer, context.RequestAborted);
        });
    }

    private async Task AnswerAsync(HttpContext context, Func<SiteTrust, Task> answer)
    {
        context.Response.ContentType = "application/json";
        try
        {
            await answer(trust ?? throw TrustDoor.NoRoot());
        }
        catch (EdgeSyncException failure)
        {
            context.Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
            var fault = new LocalFault(failure.Reason, failure.Message, failure.ExitCode, failure.Hint);
            await JsonSerializer.SerializeAsync(context.Response.Body, fault, LocalApiJsonContext.Default.LocalFault, context.RequestAborted);
        }
    }
}
