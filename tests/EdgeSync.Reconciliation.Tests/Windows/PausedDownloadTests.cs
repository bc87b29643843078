using System.Collections.Concurrent;
using Cronos;
using EdgeSync.Oci.Content;
using EdgeSync.Oci.Download;
using EdgeSync.Oci.Manifests;
using EdgeSync.Oci.Registries;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Timing;
using EdgeSync.Reconciliation.Pipeline;
using EdgeSync.Reconciliation.Windows;
using EdgeSync.Testbed;
using EdgeSync.Testbed.Images;
using EdgeSync.Testbed.Registries;
using EdgeSync.Testing;

namespace EdgeSync.Reconciliation.Tests.Windows;

/// <summary>A download from a real docker-registry over two windows: the site's clock is the test's, the link's time is real.</summary>
public sealed class PausedDownloadTests : PeerFixture
{
    private const string Repository = "windows/paused";
    private const int LayerSize = 3_000_000;
    private static readonly OciPlatform Amd64 = OciPlatform.Parse("linux/amd64");

    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(120);
    private readonly ManualTimeProvider _time = new();
    private readonly RetryPolicy _retries = new(TimeProvider.System, new Random(1));
    private TestbedSession _session = null!;
    private RegistryServer _registry = null!;

    [PeerFact]
    public async Task What_the_end_of_the_window_cuts_off_goes_on_from_the_same_byte_in_the_next_one_and_no_byte_comes_twice()
    {
        using var folder = new TempDirectory();
        using var limit = new CancellationTokenSource(Bound, TimeProvider.System);
        using var store = await ContentStore.OpenAsync(folder["store"], TimeProvider.System, limit.Token);
        await using var proxy = FaultProxy.Start(_registry.Port);
        var image = await BusyboxImage.PushAsync(_registry, Repository, "1", new ImageContent { PaddingBytes = LayerSize }, limit.Token);
        using var client = new RegistryClient(new EdgeSync.Oci.Registries.RegistryOptions { Host = proxy.Address, PlainHttp = true }, TimeProvider.System, _retries);
        var root = await client.GetManifestAsync(Repository, Digest.Parse(image.Digest), limit.Token);
        var layer = ((ImageManifest)root.Content).Layers[^1];
        var windows = new WindowSchedule([new Window(CronExpression.Parse("0 2 * * *"), TimeSpan.FromHours(1), TimeZoneInfo.Utc)], [], TimeZoneInfo.Utc);
        using var world = await LiveWorld.CreateAsync();
        var channel = LiveWorld.Channel with { Windows = ChannelWindows.Always with { Download = windows } };
        var gate = new WindowGate(channel, new StageTimes(channel, world, _time), _time);

        // It is 02:00. In the middle of the layer the link goes silent, and the window closes.
        proxy.Fault = new ProxyFault { SilentAfter = 1_000_000 };
        var received = new ConcurrentQueue<long>();
        var first = DownloadAsync();
        while (PartialSize(layer.Digest) < 900_000)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, limit.Token);
        }

        _time.Advance(TimeSpan.FromHours(1));
        var closed = await Assert.ThrowsAsync<GateWaitException>(() => first.WaitAsync(limit.Token));
        Assert.Equal(new DateTimeOffset(2026, 11, 22, 2, 0, 0, TimeSpan.Zero), closed.Wait.Until);
        var kept = PartialSize(layer.Digest);
        var keptOfAll = new DirectoryInfo(Path.Combine(folder["store"], "partial")).EnumerateFiles().Sum(file => file.Length);

        // The interrupted try is counted too.
        Assert.InRange(received.Single(), keptOfAll, long.MaxValue);

        // Nothing is asked for while it is closed.
        proxy.Fault = ProxyFault.None;
        var before = proxy.Accepted;
        await Assert.ThrowsAsync<GateWaitException>(() => DownloadAsync().WaitAsync(limit.Token));
        Assert.Equal(before, proxy.Accepted);

        _time.Advance(TimeSpan.FromHours(23));
        var reports = new ConcurrentQueue<FetchProgress>();
        var report = await DownloadAsync(reports).WaitAsync(limit.Token);

        Assert.Contains(reports, progress => progress.Digest == layer.Digest && progress.State == FetchState.Resumed && progress.Received == kept);
        var rest = (await store.ReachableAsync([root.Descriptor], GraphSelection.ForImage(Amd64), limit.Token))
            .Where(descriptor => reports.Any(progress => progress.Digest == descriptor.Digest && progress.State == FetchState.Done)).Sum(descriptor => descriptor.Size);
        Assert.Equal(rest - keptOfAll, report.BytesReceived);
        Assert.True((await store.VerifyAsync([root.Descriptor], GraphSelection.ForImage(Amd64), limit.Token)).IsComplete);

        long PartialSize(Digest digest) => new FileInfo(Path.Combine(folder["store"], "partial", digest.Hex)) is { Exists: true } file ? file.Length : 0;

        Task<FetchReport> DownloadAsync(ConcurrentQueue<FetchProgress>? reports = null) => gate.DownloadAsync(
            token => new GraphFetcher(store, new FetchOptions(), TimeProvider.System, _retries).FetchAsync(
                client, Repository, root.Descriptor, GraphSelection.ForImage(Amd64), new Recorder(reports ?? []), token, received.Enqueue),
            async token => (await store.VerifyAsync([root.Descriptor], GraphSelection.ForImage(Amd64), token)).IsComplete,
            limit.Token);
    }

    protected override async Task StartAsync()
    {
        _session = await TestbedSession.StartAsync();
        _registry = await RegistryServer.StartAsync(_session);
    }

    protected override async Task StopAsync() => await _session.DisposeAsync();

    private sealed class Recorder(ConcurrentQueue<FetchProgress> reports) : IProgress<FetchProgress>
    {
        public void Report(FetchProgress value) => reports.Enqueue(value);
    }
}
