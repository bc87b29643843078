using EdgeSync.Hq.Tests.Support;

namespace EdgeSync.Hq.Tests.Browser;

/// <summary>The same with fewer sites, and twelve aircraft before a mission.</summary>
public sealed class BoardBrowserFixture : BrowserFixture
{
    internal ExampleBoard Board { get; private set; } = null!;

    protected override int SiteCount => 60;

    protected override async Task AddAsync(CancellationToken cancellationToken)
    {
        Board = new ExampleBoard(Hq);
        await Board.BuildAsync(cancellationToken);
    }

    protected override async Task StopAsync()
    {
        Board.Dispose();
        await base.StopAsync();
    }
}
