using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Primitives.Text;

namespace EdgeSync.Kubernetes.Health;

/// <summary>
/// What people look at first when something does not become healthy: the last lines of its containers' logs, and the last warnings about it. It is bounded in
/// size and time, and what cannot be read is left out: it must never make a failure worse.
/// </summary>
/// <param name="client">The API server.</param>
/// <param name="readsLogs">Whether logs are read; they may hold secrets.</param>
/// <param name="time">Measures the limits.</param>
public sealed class FailureDetails(KubernetesClient client, bool readsLogs, TimeProvider time)
{
    private const int MaxObjects = 5;
    private const int MaxPods = 3;
    private const int MaxContainers = 2;
    private const int MaxEvents = 5;
    private const int MaxEventLength = 500;
    private const int MaxBytes = 16 * 1024;
    private static readonly TimeSpan RequestLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private static readonly string[] StatusLists = ["initContainerStatuses", "containerStatuses"];

    /// <summary>The details of these objects, line by line, at most 16 KiB as JSON; none where there are none, or where nothing could be read.</summary>
    public async Task<IReadOnlyList<string>> ReadAsync(IReadOnlyList<ObjectHealth> unhealthy, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(unhealthy);
        using var limit = new CancellationTokenSource(Limit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        var reader = new LiveReader(client, selector: null, new ConcurrentDictionary<LiveReader.Place, bool>());
        var workloads = new WorkloadPods(reader, HealthRound.SharedNamespaces(unhealthy.Select(health => health.Id)));
        var subjects = new List<JsonObject>();
        var pods = new List<JsonObject>();
        foreach (var health in unhealthy.Take(MaxObjects))
        {
            if (await TryAsync(token => reader.FindAsync(health.Id, token), both.Token) is { } live)
            {
                subjects.Add(live);
                pods.AddRange(await TryAsync(token => workloads.FindAsync(live, token), both.Token) ?? []);
            }
        }

        var lines = new List<string>();
        var worst = pods.Where(pod => !HealthRules.Has(pod, "Ready")).OrderByDescending(PodFailures.IsTroubled).ThenByDescending(Restarts);
        foreach (var pod in readsLogs ? worst.Take(MaxPods) : [])
        {
            foreach (var container in Containers(pod).Where(HasNotDoneItsWork).OrderByDescending(RestartsOf).Take(MaxContainers))
            {
                lines.AddRange(await ReadLogsAsync(pod, container, both.Token));
            }
        }

        lines.InsertRange(0, await ReadEventsAsync(reader, [.. subjects.UnionBy(pods, UidOf)], both.Token));
        cancellationToken.ThrowIfCancellationRequested();
        return Bound(lines);
    }

    private async Task<List<string>> ReadLogsAsync(JsonObject pod, JsonObject status, CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        var log = new ContainerLog(client, time);
        var name = status.Text("name") ?? "";

        if (RestartsOf(status) > 0)
        {
            await AddAsync(previous: true);
        }

        // What waits to be started again has no log of its own yet.
        if (status.At("state", "waiting") is null)
        {
            await AddAsync(previous: false);
        }

        return lines;

        async Task AddAsync(bool previous)
        {
            if (await TryAsync(token => log.ReadAsync(pod, name, previous, token), cancellationToken) is { Count: > 0 } text)
            {
                lines.Add($"log of pod {Name(pod)}, container {name}{(previous ? ", of its run before" : "")}:");
                lines.AddRange(text.Select(line => $"  {line}"));
            }
        }
    }

    private async Task<IReadOnlyList<string>> ReadEventsAsync(LiveReader reader, IReadOnlyList<JsonObject> subjects, CancellationToken cancellationToken)
    {
        var uids = subjects.Select(UidOf).ToHashSet(StringComparer.Ordinal);
        var events = new List<JsonObject>();
        foreach (var place in subjects.Select(subject => subject.Text("metadata", "namespace")).OfType<string>().Distinct(StringComparer.Ordinal))
        {
            var selection = new ListSelection { Namespace = place, FieldSelector = "type=Warning" };
            var found = await TryAsync(token => reader.ListAsync("v1", "Event", selection, token), cancellationToken) ?? [];
            events.AddRange(found.Where(item => uids.Contains(item.Text("involvedObject", "uid") ?? "")));
        }

        return [.. events.OrderByDescending(ClusterEvents.LastSeen, StringComparer.Ordinal).Take(MaxEvents).Reverse().Select(Describe)];
    }

    private static string Describe(JsonObject item)
    {
        var times = ClusterEvents.CountOf(item) is > 1 and var count ? string.Create(CultureInfo.InvariantCulture, $", {count} times") : "";
        var text = $"event of {item.Text("involvedObject", "kind")} {item.Text("involvedObject", "namespace")}/{item.Text("involvedObject", "name")}"
            + $" at {ClusterEvents.LastSeen(item)}{times}: {item.Text("reason")}: {item.Text("message")}";
        return ShortText.Of(ContainerLog.Plain(text), MaxEventLength);
    }

    // The beginning counts: events first, then the worst pod. In JSON, where letters beyond ASCII take six bytes: HQ refuses acknowledgements that are too long.
    private static List<string> Bound(List<string> lines)
    {
        var left = MaxBytes;
        return [.. lines.TakeWhile(line => (left -= JsonEncodedText.Encode(line).EncodedUtf8Bytes.Length) >= 0)];
    }

    private async Task<T?> TryAsync<T>(Func<CancellationToken, Task<T>> read, CancellationToken cancellationToken)
        where T : class?
    {
        using var limit = new CancellationTokenSource(RequestLimit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            return await read(both.Token);
        }
        catch (Exception failure) when (failure is KubernetesApiException or OperationCanceledException or IOException)
        {
            return null;
        }
    }

    private static IEnumerable<JsonObject> Containers(JsonObject pod) => StatusLists.SelectMany(list => pod.Objects("status", list));

    private static bool HasNotDoneItsWork(JsonObject status) => !status.IsTrue("ready") && status.Number("state", "terminated", "exitCode") != 0;

    private static long RestartsOf(JsonObject status) => status.Number("restartCount") ?? 0;

    private static long Restarts(JsonObject pod) => Containers(pod).Sum(RestartsOf);

    private static string Name(JsonObject item) => $"{item.Text("metadata", "namespace")}/{item.Text("metadata", "name")}";

    private static string UidOf(JsonObject item) => item.Text("metadata", "uid") ?? "";
}
