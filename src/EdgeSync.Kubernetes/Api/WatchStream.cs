using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Kubernetes.Api;

/// <summary>Reads the lines of one watch.</summary>
internal static class WatchStream
{
    public static async IAsyncEnumerable<WatchEvent> ReadAsync(
        Stream stream, string subject, int maxLineBytes, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reader = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true));
        try
        {
            while (true)
            {
                var result = await ReadMoreAsync(reader, subject, cancellationToken);
                var buffer = result.Buffer;
                while (buffer.PositionOf((byte)'\n') is { } end)
                {
                    if (Parse(buffer.Slice(0, end), subject) is { } change)
                    {
                        yield return change;
                    }

                    buffer = buffer.Slice(buffer.GetPosition(1, end));
                }

                if (buffer.Length > maxLineBytes)
                {
                    throw ApiFailures.Unreadable(subject, $"a line of the watch is longer than {maxLineBytes} bytes");
                }

                reader.AdvanceTo(buffer.Start, buffer.End);
                if (result.IsCompleted)
                {
                    yield break;
                }
            }
        }
        finally
        {
            await reader.CompleteAsync();
        }
    }

    private static async ValueTask<ReadResult> ReadMoreAsync(PipeReader reader, string subject, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.ReadAsync(cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or HttpRequestException)
        {
            throw ApiFailures.FromConnection(subject, failure);
        }
    }

    private static WatchEvent? Parse(ReadOnlySequence<byte> line, string subject)
    {
        if (line.IsEmpty)
        {
            return null;
        }

        JsonNode? change;
        try
        {
            var reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = 256 });
            change = JsonNode.Parse(ref reader);
        }
        catch (JsonException failure)
        {
            throw ApiFailures.Unreadable(subject, FaultText.Describe(failure), failure);
        }

        if (change.At("object") is not JsonObject item)
        {
            throw ApiFailures.Unreadable(subject, "a line of the watch has no object");
        }

        change!.AsObject().Remove("object");
        return change.Text("type") switch
        {
            "ADDED" => new WatchEvent(WatchEventType.Added, item),
            "MODIFIED" => new WatchEvent(WatchEventType.Modified, item),
            "DELETED" => new WatchEvent(WatchEventType.Deleted, item),
            "BOOKMARK" => new WatchEvent(WatchEventType.Bookmark, item),
            "ERROR" => throw ApiFailures.FromResponse(
                subject, (System.Net.HttpStatusCode)(item.Number("code") ?? 500), null, JsonSerializer.SerializeToUtf8Bytes(item, KubernetesJsonContext.Default.JsonObject)),
            _ => null,
        };
    }
}
