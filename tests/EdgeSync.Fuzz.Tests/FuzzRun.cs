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
    private static readonly int Seed = Number("EDGESYNC_FUZZ_SEED") ?? Environment.TickCount;

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

        if (Environment.GetEnvironmentVariable("EDGESYNC_FUZZ_REPORT") is { Length: > 0 } report)
        {
            File.AppendAllText(report, string.Create(CultureInfo.InvariantCulture, $"{count} {target}\n"));
        }

        return count;
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
}
