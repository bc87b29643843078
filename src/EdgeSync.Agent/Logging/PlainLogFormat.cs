using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Agent.Logging;

/// <summary>An event as a line for people: time, level, category, number, sentence.</summary>
internal static class PlainLogFormat
{
    /// <summary>UTC to the millisecond, in both formats.</summary>
    public const string Time = "yyyy-MM-ddTHH:mm:ss.fffZ";

    public static ReadOnlyMemory<byte> Format(in LogLine line, DateTimeOffset at)
    {
        var text = new StringBuilder(256)
            .Append(at.ToString(Time, CultureInfo.InvariantCulture))
            .Append(' ').Append(Name(line.Level)).Append(": ").Append(line.Category)
            .Append('[').Append(line.EventId.ToString(CultureInfo.InvariantCulture)).Append("] ");
        AppendFlat(text, line.Message);
        if (line.Exception is not null)
        {
            AppendFlat(text.Append(' '), line.Exception.ToString());
        }

        return Encoding.UTF8.GetBytes(text.Append('\n').ToString());
    }

    private static string Name(LogLevel level) => level switch
    {
        LogLevel.Trace => "trce",
        LogLevel.Debug => "dbug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "fail",
        _ => "crit",
    };

    // An event is one line, whatever a registry or a broker put into its words; nor may those words steer a terminal.
    private static void AppendFlat(StringBuilder text, string words)
    {
        foreach (var character in words)
        {
            text.Append(char.IsControl(character) ? ' ' : character);
        }
    }
}
