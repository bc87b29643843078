using EdgeSync.Agent.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace EdgeSync.Agent.Logging;

/// <summary>The agent's log on standard output, in the formats of <c>log.format</c>.</summary>
internal static class AgentLogging
{
    /// <summary>Adds the console log. With <paramref name="isQuiet"/> it shows only what ends the process.</summary>
    public static ILoggingBuilder AddAgentConsole(this ILoggingBuilder logging, LogSection options, bool isQuiet)
    {
        var level = isQuiet ? LogLevel.Critical : options.Level;
        logging.SetMinimumLevel(level)

            // The framework's own informational messages help only its authors.
            .AddFilter("Microsoft.", level > LogLevel.Warning ? level : LogLevel.Warning)

            // AgentHost reports a component that failed, and the command line reports a failed start.
            .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None)
            .AddConsole();
        logging.Services
            .AddSingleton<ConsoleFormatter>(services =>
                new PlainLogFormatter(services.GetRequiredService<TimeProvider>(), IsJournal()))
            .Configure<ConsoleLoggerOptions>(console => console.FormatterName = options.Json ? ConsoleFormatterNames.Json : PlainLogFormatter.FormatName)
            .Configure<JsonConsoleFormatterOptions>(json =>
            {
                json.TimestampFormat = PlainLogFormatter.TimeFormat;
                json.UseUtcTimestamp = true;
            });
        return logging;
    }

    // systemd.exec(5): JOURNAL_STREAM names the device and inode of the socket that it gave the process as its output.
    private static bool IsJournal() => Environment.GetEnvironmentVariable("JOURNAL_STREAM")?.Split(':') is [_, var inode]
        && new FileInfo("/proc/self/fd/1").LinkTarget == $"socket:[{inode}]";
}
