using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace EdgeSync.Fuzz.Tests;

/// <summary>
/// One target, tried with one input after the other for some time. The seed is in the failure's message: <c>./build.sh fuzz --seed</c> runs it again,
/// and <c>--seconds</c> for longer.
/// </summary>
internal static class FuzzRun
{
    // A slow machine takes longer for these, and never tries fewer.
    private const int Fewest = 25;
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(Number("EDGESYNC_FUZZ_SECONDS") ?? 2);

    // An ordinary test run tries the same inputs each time, so that it does not fail by chance; the nightly runs look for new ones.
    private static readonly int Seed = Number("EDGESYNC_FUZZ_SEED") ?? (Number("EDGESYNC_FUZZ_SECONDS") is null ? 1 : Environment.TickCount);

    /// <summary>Tries until the time is over, and at least 25 times. Returns how often. The attempt makes its input from the random numbers and names it in a failure.</summary>
    public static long Repeat(Action<Random> attempt, [CallerMemberName] string target = "")
    {
        var random = new Random(Seed);
        var watch = Stopwatch.StartNew();
        var count = 0L;
        for (; count < Fewest || watch.Elapsed < Length; count++)
        {
            try
            {
                attempt(random);
            }
            catch (Exception failure)
            {
                Assert.Fail($"seed {Seed}, input {count}: {failure}");
            }
        }

        Report(count, target);
        return count;
    }

    /// <summary>The seed of this run.</summary>
    public static int ChosenSeed => Seed;

    /// <summary>The time that a target has, which begins now; none unless a length was chosen.</summary>
    public static FuzzTime End() => new(Stopwatch.StartNew(), Number("EDGESYNC_FUZZ_SECONDS") is null ? TimeSpan.Zero : Length);

    /// <summary>Writes down how many inputs a target had, for <c>./build.sh fuzz</c>.</summary>
    public static void Report(long count, string target)
    {
        if (Environment.GetEnvironmentVariable("EDGESYNC_FUZZ_REPORT") is { Length: > 0 } report)
        {
            File.AppendAllText(report, string.Create(CultureInfo.InvariantCulture, $"{count} {target}\n"));
        }
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
}

/// <summary>Time that runs.</summary>
internal sealed record FuzzTime(Stopwatch Watch, TimeSpan Length)
{
    public bool IsOver => Watch.Elapsed >= Length;
}
