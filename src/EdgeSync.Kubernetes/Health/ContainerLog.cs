using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Primitives.Text;

namespace EdgeSync.Kubernetes.Health;

/// <summary>Reads the last lines of a container's log, as text that is safe to show.</summary>
internal sealed class ContainerLog(KubernetesClient client, TimeProvider time)
{
    private const int Lines = 20;
    private const int MaxBytes = 4 * 1024;

    // The API server cuts at the end, where the reason is; so it may send more than is kept.
    private const int MaxRead = 64 * 1024;

    // The kubelet deletes the log of an older run when a container starts again. Its answer is 200 then, with one of these sentences in the place of the log
    // (k8s.io/kubernetes, pkg/kubelet/kuberuntime: ReadLogs and GetContainerLogs).
    private static readonly string[] DeletedLog = ["failed to try resolving symlinks in path ", "unable to retrieve container logs for "];
    private const int ReadAgain = 2;
    private static readonly TimeSpan ReadAgainAfter = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The last lines of what runs, or of what ran last where <paramref name="previous"/>, of at most 4 KiB together; none where the kubelet has deleted the log
    /// and has no newer one within two seconds. Throws <see cref="KubernetesApiException"/> where there is no log or it cannot be read.
    /// </summary>
    public async Task<IReadOnlyList<string>> ReadAsync(JsonObject pod, string container, bool previous, CancellationToken cancellationToken)
    {
        for (var left = ReadAgain; ; left--)
        {
            var text = await ReadTextAsync(pod, container, previous, cancellationToken);
            if (!DeletedLog.Any(fault => text.StartsWith(fault, StringComparison.Ordinal)))
            {
                return Last(text);
            }

            if (left == 0)
            {
                return [];
            }

            await Task.Delay(ReadAgainAfter, time, cancellationToken);
        }
    }

    /// <summary>The last lines that fit, without characters that a terminal or a page would obey.</summary>
    internal static IReadOnlyList<string> Last(string text)
    {
        var lines = new List<string>();
        var left = MaxBytes;
        foreach (var line in text.Split('\n').Select(Plain).Where(line => line.Length > 0).TakeLast(Lines).Reverse())
        {
            // One letter is at most four bytes, and '…' three.
            var kept = lines.Count == 0 && Encoding.UTF8.GetByteCount(line) > left ? ShortText.Of(line, left / 4) : line;
            left -= Encoding.UTF8.GetByteCount(kept);
            if (left < 0)
            {
                break;
            }

            lines.Insert(0, kept);
        }

        return lines;
    }

    /// <summary>The text in one line, without control characters and those that change the direction of writing.</summary>
    internal static string Plain(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            plain.Append(Rune.IsControl(rune) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
                ? " " : rune.ToString());
        }

        return plain.ToString().TrimEnd();
    }

    private async Task<string> ReadTextAsync(JsonObject pod, string container, bool previous, CancellationToken cancellationToken)
    {
        var path = string.Create(
            CultureInfo.InvariantCulture,
            $"/api/v1/namespaces/{Escape(pod.Text("metadata", "namespace"))}/pods/{Escape(pod.Text("metadata", "name"))}/log"
            + $"?container={Escape(container)}&tailLines={Lines}&limitBytes={MaxRead}{(previous ? "&previous=true" : "")}");
        using var response = await client.Connection.OpenAsync(new ApiRequest(HttpMethod.Get, path, $"log of container {container}") { Accept = "*/*" }, cancellationToken);
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[MaxRead];
        var length = await stream.ReadAtLeastAsync(buffer, MaxRead, throwOnEndOfStream: false, cancellationToken);
        return Encoding.UTF8.GetString(buffer, 0, length);
    }

    private static string Escape(string? segment) => Uri.EscapeDataString(segment ?? "");
}
