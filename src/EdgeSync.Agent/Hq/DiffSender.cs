using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Plans;
using EdgeSync.Primitives.Text;
using EdgeSync.Signing.Envelopes;
using EdgeSync.Signing.Keys;

namespace EdgeSync.Agent.Hq;

/// <summary>
/// Answers HQ's question where the cluster is not what should run. It makes one comparison at a time and few of them: a broker that asks without end must not
/// load the API server. The newest request counts.
/// </summary>
/// <param name="compare">Makes the answer to a request.</param>
/// <param name="key">The ledger's key.</param>
/// <param name="time">The clock.</param>
internal sealed class DiffSender(Func<string, CancellationToken, Task<PlanDocument>> compare, SigningKey key, TimeProvider time) : IDisposable
{
    private const int MaxObjects = 200;
    private const int MaxFields = 20;
    private const int MaxTextLength = 500;

    /// <summary>Base64 makes a third more of it, and an envelope may have <see cref="DsseEnvelope.MaxBytes"/>.</summary>
    private const int MaxPayloadBytes = 160 * 1024;

    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _requested = new(0, 1);
    private volatile string? _request;

    /// <summary>HQ asks. Safe to call from any thread.</summary>
    public void Ask(string request)
    {
        _request = request;
        HqLink.Signal(_requested);
    }

    /// <summary>Answers until cancelled; <paramref name="send"/> gets the signed answer.</summary>
    public async Task RunAsync(Func<byte[], Task> send, CancellationToken cancellationToken)
    {
        while (true)
        {
            await _requested.WaitAsync(cancellationToken);
            if (TrySign(Write(await compare(_request!, cancellationToken))) is { } signed)
            {
                await send(signed);
            }

            await Task.Delay(Rest, time, cancellationToken);
        }
    }

    public void Dispose() => _requested.Dispose();

    /// <summary>The document without what is as it should be, with at most this many objects, and with long values cut.</summary>
    private static PlanDocument Shorten(PlanDocument document, int maxObjects)
    {
        var left = maxObjects;
        return document with { Channels = [.. document.Channels.Select(ShortenOne)] };

        ChannelPlan ShortenOne(ChannelPlan channel)
        {
            var different = channel.Objects.Where(item => item.Action is not (PlanAction.Unchanged or PlanAction.Kept)).ToList();
            var shown = different.Take(left).ToList();
            left -= shown.Count;
            return channel with
            {
                Objects = [.. shown.Select(Shorten)],
                Notes = shown.Count == different.Count ? channel.Notes
                    : [.. channel.Notes, string.Create(CultureInfo.InvariantCulture, $"{different.Count - shown.Count} more objects differ; 'edgesync diff' at the site shows all")],
            };
        }
    }

    private static PlannedObject Shorten(PlannedObject item) => item with
    {
        Fields = item.Fields is { } fields
            ? [.. fields.Take(MaxFields).Select(field => field with { Before = Shorten(field.Before), After = Shorten(field.After) })]
            : null,
        Message = item.Message is { } message ? ShortText.Of(message, MaxTextLength) : null,
    };

    private static JsonNode? Shorten(JsonNode? value) =>
        value?.ToJsonString() is { Length: > MaxTextLength } json ? JsonValue.Create(ShortText.Of(json, MaxTextLength)) : value;

    // With as many objects as fit.
    private static byte[] Write(PlanDocument document)
    {
        for (var objects = MaxObjects; ; objects /= 2)
        {
            var payload = JsonSerializer.SerializeToUtf8Bytes(Shorten(document, objects), ContractsJsonContext.Default.PlanDocument);
            if (payload.Length <= MaxPayloadBytes || objects == 0)
            {
                return payload;
            }
        }
    }

    // Null where the key cannot sign now, which the status of the ledger says already.
    private byte[]? TrySign(byte[] payload)
    {
        try
        {
            return DsseSigner.Sign(PlanDocument.DiffMediaType, payload, [key]).ToBytes();
        }
        catch (Signing.SigningException)
        {
            return null;
        }
    }
}
