namespace EdgeSync.EndToEnd.Tests.Harness;

/// <summary>Waits for something that another process does.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Asks again and again until it is so; fails after <paramref name="patience"/>, <see cref="SiteProcess.Patience"/> by default.</summary>
    public static async Task TrueAsync(Func<Task<bool>> condition, string what, TimeSpan? patience = null)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < (patience ?? SiteProcess.Patience), $"timed out waiting until {what}");
            await Task.Delay(Pause, TimeProvider.System);
        }
    }
}
