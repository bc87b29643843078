using System.Diagnostics;
using System.Globalization;
using Spectre.Console;

namespace EdgeSync.Demo;

/// <summary>Tells what happens, each line with the time since the start.</summary>
internal static class Narrator
{
    private static readonly Stopwatch Clock = Stopwatch.StartNew();

    static Narrator()
    {
        if (Console.IsOutputRedirected)
        {
            AnsiConsole.Profile.Capabilities.Ansi = false;
            AnsiConsole.Profile.Width = 200;
        }
    }

    /// <summary>A line of its own.</summary>
    public static void Say(string text) => AnsiConsole.MarkupLineInterpolated($"[grey]{Elapsed()}[/] {text}");

    /// <summary>A step: what is done, and how long it took.</summary>
    public static async Task StepAsync(string title, Func<Task> work)
    {
        AnsiConsole.MarkupLineInterpolated($"[grey]{Elapsed()}[/] [bold]{title}[/]");
        var started = Stopwatch.GetTimestamp();
        await work();
        AnsiConsole.MarkupLineInterpolated($"[grey]{Elapsed()}[/]   [green]done[/] in {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s");
    }

    private static string Elapsed() => Clock.Elapsed.ToString(@"mm\:ss", CultureInfo.InvariantCulture);
}
