using System.Text;
using System.Text.Json;
using EdgeSync.Kubernetes.Health;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Testing;

namespace EdgeSync.Kubernetes.Tests.Health;

public sealed class FailureDetailsTests : IDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);
    private readonly ScriptedCluster _cluster = new();
    private readonly ManualTimeProvider _time = new();

    public void Dispose() => _cluster.Dispose();

    [Fact]
    public async Task Container_that_crashes_shows_the_log_of_its_last_run_and_the_warnings()
    {
        Deployment(Pod("web-1", restarts: 4, """{"waiting":{"reason":"CrashLoopBackOff"}}"""));
        _cluster.Answer("pods/web-1/log previous", "starting\ncannot open /data/shop.db\n");
        _cluster.Answer("events", ScriptedCluster.List(
            Event("web-1", "BackOff", "back-off restarting", "2026-01-01T00:00:02Z", count: 7), Event("other", "BackOff", "not ours", "2026-01-01T00:00:01Z")));

        var lines = await ReadAsync();

        Assert.Equal(
            [
                "event of Pod shop/web-1 at 2026-01-01T00:00:02Z, 7 times: BackOff: back-off restarting",
                "log of pod shop/web-1, container c, of its run before:",
                "  starting",
                "  cannot open /data/shop.db",
            ],
            lines);
        Assert.DoesNotContain("pods/web-1/log", _cluster.Requests);
    }

    [Fact]
    public async Task Container_that_was_restarted_and_runs_shows_both_logs()
    {
        Deployment(Pod("web-1", restarts: 1, """{"running":{}}"""));
        _cluster.Answer("pods/web-1/log previous", "before\n");
        _cluster.Answer("pods/web-1/log", "now\n");

        Assert.Equal(
            ["log of pod shop/web-1, container c, of its run before:", "  before", "log of pod shop/web-1, container c:", "  now"], await ReadAsync());
    }

    [Fact]
    public async Task Objects_without_pods_have_no_details()
    {
        Deployment();
        _cluster.Answer("widgets/w", """{"apiVersion":"v1","kind":"Widget","metadata":{"name":"w","namespace":"shop","uid":"w"}}""");

        Assert.Empty(await ReadAsync());
        Assert.Empty(await ReadAsync(new ObjectId("v1", "Widget", "shop", "w")));
        Assert.Empty(await ReadAsync(new ObjectId("v1", "Widget", "shop", "gone")));
        Assert.Empty(await new FailureDetails(_cluster.Client, readsLogs: true, _time).ReadAsync([], default));
    }

    [Fact]
    public async Task Only_the_three_worst_pods_are_read_and_healthy_ones_are_not()
    {
        Deployment(
            [
                Pod("ready", restarts: 9, """{"running":{}}""", ready: true),
                .. Enumerable.Range(1, 5).Select(number => Pod($"web-{number}", restarts: number, """{"waiting":{"reason":"CrashLoopBackOff"}}""")),
            ]);
        _cluster.Answer("pods/web-5/log previous", "five");

        await ReadAsync();

        Assert.Equal(
            ["pods/web-5/log previous", "pods/web-4/log previous", "pods/web-3/log previous"],
            _cluster.Requests.Where(request => request.Contains("/log", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Without_the_setting_no_log_is_read()
    {
        Deployment(Pod("web-1", restarts: 4, """{"running":{}}"""));
        _cluster.Answer("events", ScriptedCluster.List(Event("web-1", "Unhealthy", "probe failed", "2026-01-01T00:00:02Z")));

        var lines = await new FailureDetails(_cluster.Client, readsLogs: false, _time).ReadAsync([Unhealthy(Web)], default);

        Assert.Equal(["event of Pod shop/web-1 at 2026-01-01T00:00:02Z: Unhealthy: probe failed"], lines);
        Assert.DoesNotContain(_cluster.Requests, request => request.Contains("/log", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_cannot_be_read_is_left_out()
    {
        Deployment(Pod("web-1", restarts: 1, """{"running":{}}"""));
        _cluster.Answer("pods/web-1/log previous", "previous terminated container not found", 400);
        _cluster.Answer("pods/web-1/log", "now\n");
        _cluster.Answer("events", """{"kind":"Status","status":"Failure","reason":"Forbidden","message":"no","code":403}""", 403);

        Assert.Equal(["log of pod shop/web-1, container c:", "  now"], await ReadAsync());
    }

    [Fact]
    public async Task Log_that_never_comes_is_waited_for_no_longer_than_five_seconds()
    {
        Deployment(Pod("web-1", restarts: 0, """{"running":{}}"""));
        _cluster.Silent.Add("pods/web-1/log");
        _cluster.Answer("events", ScriptedCluster.List(Event("web-1", "Unhealthy", "probe failed", "2026-01-01T00:00:02Z")));

        var reading = ReadAsync();
        while (!_cluster.Requests.Contains("pods/web-1/log"))
        {
            await Task.Yield();
        }

        _time.Advance(TimeSpan.FromSeconds(5));

        Assert.Single(await reading.WaitAsync(Bound));
    }

    [Theory]
    [InlineData("failed to try resolving symlinks in path \"/var/log/pods/shop_web/c/3.log\": lstat /var/log/pods/shop_web/c/3.log: no such file or directory")]
    [InlineData("unable to retrieve container logs for containerd://0f3a")]
    public async Task Log_that_the_kubelet_has_just_deleted_is_read_again(string kubelet)
    {
        Deployment(Pod("web-1", restarts: 4, """{"waiting":{"reason":"CrashLoopBackOff"}}"""));
        _cluster.Answer("pods/web-1/log previous", kubelet);

        var reading = ReadAsync();
        await AdvanceUntilAsync(() => _cluster.Requests.Contains("pods/web-1/log previous"));
        _cluster.Answer("pods/web-1/log previous", "cannot open /data/shop.db\n");
        await AdvanceUntilAsync(() => reading.IsCompleted);

        Assert.Equal(["log of pod shop/web-1, container c, of its run before:", "  cannot open /data/shop.db"], await reading);
    }

    [Fact]
    public async Task Log_that_stays_deleted_is_left_out()
    {
        Deployment(Pod("web-1", restarts: 4, """{"waiting":{"reason":"CrashLoopBackOff"}}"""));
        _cluster.Answer("pods/web-1/log previous", "unable to retrieve container logs for containerd://0f3a");

        var reading = ReadAsync();
        await AdvanceUntilAsync(() => reading.IsCompleted);

        Assert.Empty(await reading);
        Assert.Equal(3, _cluster.Requests.Count(request => request == "pods/web-1/log previous"));
    }

    [Fact]
    public async Task All_of_it_together_is_at_most_16_KiB_as_json()
    {
        Deployment([.. Enumerable.Range(1, 3).Select(number => Pod($"web-{number}", restarts: number, """{"running":{}}"""))]);
        foreach (var number in Enumerable.Range(1, 3))
        {
            _cluster.Answer($"pods/web-{number}/log", string.Concat(Enumerable.Repeat("\"äöü\" 漢字 and so on\n", 500)));
        }

        var lines = await ReadAsync();

        Assert.NotEmpty(lines);
        Assert.InRange(lines.Sum(line => JsonEncodedText.Encode(line).EncodedUtf8Bytes.Length), 1, 16 * 1024);
    }

    [Fact]
    public void Log_keeps_its_last_lines_within_4_KiB()
    {
        var long_ = new string('x', 1500);

        var lines = ContainerLog.Last($"first\n{long_}\n{long_}\nlast\n");

        Assert.Equal([long_, long_, "last"], lines.Skip(lines.Count - 3));
        Assert.InRange(ContainerLog.Last(new string('ä', 50_000)).Sum(line => Encoding.UTF8.GetByteCount(line)), 1, 4 * 1024);
        Assert.Equal(20, ContainerLog.Last(string.Concat(Enumerable.Range(1, 100).Select(number => $"{number}\n"))).Count);
    }

    [Theory]
    [InlineData("\u001b[31mred\u001b[0m", " [31mred [0m")]
    [InlineData("a\tb\r", "a b")]
    [InlineData("safe\u202etxt.exe", "safe txt.exe")]
    [InlineData("\ud83d\ude80 ok", "\ud83d\ude80 ok")]
    public void Text_is_shown_without_what_a_terminal_would_obey(string text, string shown) => Assert.Equal(shown, ContainerLog.Plain(text));

    // No faster than the machine's clock, so that no request ends by its limit on a busy machine.
    private async Task AdvanceUntilAsync(Func<bool> isDone)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!isDone())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Bound);
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
            _time.Advance(TimeSpan.FromMilliseconds(100));
        }
    }

    private static ObjectId Web => new("apps/v1", "Deployment", "shop", "web");

    private static ObjectHealth Unhealthy(ObjectId id) => new(id, HealthState.Failed, "broken");

    private void Deployment(params IReadOnlyList<string> pods)
    {
        _cluster.Answer("deployments/web", """{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","namespace":"shop","uid":"web"},"spec":{"selector":{"matchLabels":{"app":"web"}}}}""");
        _cluster.Answer("pods", ScriptedCluster.List(pods));
    }

    private static string Pod(string name, int restarts, string state, bool ready = false) => $$"""
        {"metadata":{"name":"{{name}}","namespace":"shop","uid":"{{name}}","labels":{"app":"web"} },"status":{"conditions":[{"type":"Ready","status":"{{(ready ? "True" : "False")}}"}],
        "containerStatuses":[{"name":"c","ready":{{(ready ? "true" : "false")}},"restartCount":{{restarts}},"state":{{state}} }]} }
        """;

    private static string Event(string about, string reason, string message, string at, int count = 1) => $$"""
        {"involvedObject":{"kind":"Pod","namespace":"shop","name":"{{about}}","uid":"{{about}}"},"reason":"{{reason}}","message":"{{message}}","lastTimestamp":"{{at}}","count":{{count}} }
        """;

    private Task<IReadOnlyList<string>> ReadAsync(ObjectId? id = null) =>
        new FailureDetails(_cluster.Client, readsLogs: true, _time).ReadAsync([Unhealthy(id ?? Web)], default);
}
