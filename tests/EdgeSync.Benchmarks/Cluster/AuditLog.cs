using System.Globalization;
using System.Text.Json.Nodes;
using EdgeSync.Testbed;

namespace EdgeSync.Benchmarks.Cluster;

/// <summary>The API server's own record of who asked for what (its audit log, one JSON object a line).</summary>
internal sealed class AuditLog(string path)
{
    /// <summary>All requests that began in this time, the oldest first.</summary>
    public IReadOnlyList<AuditRequest> Read(DateTimeOffset from, DateTimeOffset until)
    {
        if (!File.Exists(path))
        {
            throw new TestbedException("NoAuditLog", "the API server writes no audit log") { Hint = "Only a node of Debian's packages does; unset EDGESYNC_KUBECONFIG." };
        }

        return [.. ReadEntries().Values.Select(Parse).Where(r => r.Began >= from && r.Began < until).OrderBy(r => r.Began)];
    }

    // Each request is there once when it is received and again when it is answered; a watch is answered when it ends.
    private Dictionary<string, JsonNode> ReadEntries()
    {
        var entries = new Dictionary<string, JsonNode>(StringComparer.Ordinal);
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        while (reader.ReadLine() is { } line)
        {
            // The API server may be in the middle of the last line.
            if (line.EndsWith('}') && JsonNode.Parse(line) is { } entry)
            {
                entries[(string)entry["auditID"]!] = entry;
            }
        }

        return entries;
    }

    private static AuditRequest Parse(JsonNode entry)
    {
        var subject = entry["objectRef"];
        var resource = (string?)subject?["resource"] ?? ((string)entry["requestURI"]!).Split('?')[0];
        return new AuditRequest(
            (string?)entry["userAgent"] ?? "",
            (string)entry["verb"]!,
            subject?["subresource"] is { } sub ? $"{resource}/{(string?)sub}" : resource,
            $"{(string?)subject?["namespace"]}/{(string?)subject?["name"]}",
            Time(entry["requestReceivedTimestamp"]!),
            Time(entry["stageTimestamp"]!))
        {
            IsDryRun = ((string)entry["requestURI"]!).Contains("dryRun=All", StringComparison.Ordinal),
        };
    }

    private static DateTimeOffset Time(JsonNode value) => DateTimeOffset.Parse((string)value!, CultureInfo.InvariantCulture);
}
