using System.Diagnostics;
using EdgeSync.Testbed;

namespace EdgeSync.Benchmarks.Processes;

/// <summary>The first line that a program writes, and how long after its start it was there.</summary>
internal sealed record FirstLine(TimeSpan After, string Text)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Starts the program, waits for its first line on either output, then for <paramref name="andThen"/>, and kills it.</summary>
    public static async Task<FirstLine> ReadAsync(
        string program, IReadOnlyList<string> arguments, CancellationToken cancellationToken, Func<long, Task>? andThen = null)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        var started = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        try
        {
            Task<string?>[] lines =
                [process.StandardOutput.ReadLineAsync(cancellationToken).AsTask(), process.StandardError.ReadLineAsync(cancellationToken).AsTask()];
            var earlier = await Task.WhenAny(lines).WaitAsync(Patience, cancellationToken);

            // A program that ends at once may close the one before what it wrote to the other is read.
            var first = await earlier ?? await lines[earlier == lines[0] ? 1 : 0].WaitAsync(Patience, cancellationToken);
            var after = Stopwatch.GetElapsedTime(started);
            if (andThen is not null)
            {
                await andThen(started);
            }

            return new FirstLine(after, first ?? throw new TestbedException("NoOutput", $"{program} {string.Join(' ', arguments)} ended without a word"));
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }
}
