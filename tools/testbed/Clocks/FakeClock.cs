using System.Globalization;
using EdgeSync.Testbed.Packages;
using EdgeSync.Testbed.Peers;

namespace EdgeSync.Testbed.Clocks;

/// <summary>
/// Another wall clock for a program than the machine has, by a library of thirty lines that is preloaded. Under libfaketime
/// 0.9.10, which fakes waiting too, the agent started and answered nobody.
/// </summary>
public sealed class FakeClock
{
    private FakeClock(string library, TimeSpan offset) => Environment = new Dictionary<string, string?>
    {
        ["LD_PRELOAD"] = library,
        ["FAKE_CLOCK_OFFSET"] = ((long)offset.TotalSeconds).ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>What the program must have in its environment.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; }

    /// <summary>The first of January of a year, now.</summary>
    public static Task<FakeClock> AtAsync(TestbedSession session, int year) =>
        ShiftedAsync(session, new DateTimeOffset(year, 1, 1, 0, 10, 0, TimeSpan.Zero) - TimeProvider.System.GetUtcNow());

    /// <summary>So much away from the machine's clock.</summary>
    public static async Task<FakeClock> ShiftedAsync(TestbedSession session, TimeSpan offset)
    {
        var library = session["fake-clock.so"];
        if (!File.Exists(library))
        {
            await PackageInstaller.InstallAsync(DebianPackage.Publishing, _ => { });
            var compiled = await PeerTool.Installed("gcc").RunAsync(
                CancellationToken.None, "-shared", "-fPIC", "-O2", "-Wall", "-o", library, Path.Combine(AppContext.BaseDirectory, "Clocks", "fake-clock.c"));
            compiled.EnsureSuccess();
        }

        return new FakeClock(library, offset);
    }
}
