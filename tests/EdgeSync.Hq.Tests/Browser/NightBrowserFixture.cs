using EdgeSync.Hq.Tests.Support;

namespace EdgeSync.Hq.Tests.Browser;

/// <summary>The same with twelve stores after a night.</summary>
public sealed class NightBrowserFixture : BrowserFixture
{
    internal ExampleNight Night { get; private set; } = null!;

    protected override Task AddAsync(CancellationToken cancellationToken)
    {
        Night = new ExampleNight(Hq);
        Night.Build();
        return Task.CompletedTask;
    }

    protected override async Task StopAsync()
    {
        Night.Dispose();
        await base.StopAsync();
    }
}
