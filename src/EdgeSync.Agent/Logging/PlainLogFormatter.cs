using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace EdgeSync.Agent.Logging;

/// <summary>
/// The log format <c>plain</c>: one line per event with time, level, category, event id and message. The built-in single-line format does not remove
/// control characters, and messages contain text from registries and brokers that must not control a terminal.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="hasPriority">Whether each line starts with the syslog priority, which the systemd journal takes off and files.</param>
internal sealed class PlainLogFormatter(TimeProvider time, bool hasPriority = false) : ConsoleFormatter(FormatName)
{
    public const string FormatName = "edgesync";

    /// <summary>UTC to the millisecond; both formats use it.</summary>
    public const string TimeFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var (name, priority) = Describe(logEntry.LogLevel);
        if (hasPriority)
        {
            textWriter.Write($"<{priority}>");
        }

        textWriter.Write(string.Create(CultureInfo.InvariantCulture, $"{time.GetUtcNow().ToString(TimeFormat, CultureInfo.InvariantCulture)} {name}: {logEntry.Category}[{logEntry.EventId.Id}] "));
        WriteOnOneLine(textWriter, logEntry.Formatter(logEntry.State, logEntry.Exception));
        if (logEntry.Exception is not null)
        {
            textWriter.Write(' ');
            WriteOnOneLine(textWriter, logEntry.Exception.ToString());
        }

        textWriter.Write('\n');
    }

    private static (string Name, char Priority) Describe(LogLevel level) => level switch
    {
        LogLevel.Trace => ("trce", '7'),
        LogLevel.Debug => ("dbug", '7'),
        LogLevel.Information => ("info", '6'),
        LogLevel.Warning => ("warn", '4'),
        LogLevel.Error => ("fail", '3'),
        _ => ("crit", '2'),
    };

    private static void WriteOnOneLine(TextWriter writer, string text)
    {
        foreach (var character in text)
        {
            writer.Write(char.IsControl(character) ? ' ' : character);
        }
    }
}
