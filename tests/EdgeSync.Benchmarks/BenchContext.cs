using EdgeSync.Benchmarks.Sites;
using EdgeSync.Testbed.Shop;

namespace EdgeSync.Benchmarks;

/// <summary>What the benchmarks share: the binary, one site that comes up when the first needs it, one time of watching it idle.</summary>
internal sealed class BenchContext(EdgeSyncProgram program, BenchOptions options) : IAsyncDisposable
{
    private SiteWorld? _world;
    private IdleWindow? _idle;

    public EdgeSyncProgram Program { get; } = program;

    public BenchOptions Options { get; } = options;

    /// <summary>The site with version 1 of the shop delivered.</summary>
    public async Task<SiteWorld> GetSiteAsync(CancellationToken cancellationToken)
    {
        if (_world is null)
        {
            Say("starting a node, a registry, a broker and HQ, and delivering the shop once");
            _world = await SiteWorld.StartAsync(Program, cancellationToken);
        }

        return _world;
    }

    /// <summary>Several benchmarks read the same minutes, so that these need not pass several times.</summary>
    public async Task<IdleWindow> GetIdleAsync(CancellationToken cancellationToken)
    {
        if (_idle is null)
        {
            var site = await GetSiteAsync(cancellationToken);
            Say($"watching the idle site for {Options.IdleTime.TotalMinutes:0} minutes");
            _idle = await IdleWindow.WatchAsync(site, Options.IdleTime, cancellationToken);
        }

        return _idle;
    }

    /// <summary>A line about what happens now.</summary>
    public static void Say(string text) => Console.WriteLine($"   {text}");

    public ValueTask DisposeAsync() => _world?.DisposeAsync() ?? ValueTask.CompletedTask;
}
