using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace EdgeSync.Agent.Logging;

/// <summary>An event as one JSON object a line, in the names that .NET's own JSON console uses, so that collectors know it.</summary>
internal static class JsonLogFormat
{
    public static ReadOnlyMemory<byte> Format(in LogLine line, DateTimeOffset at)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("Timestamp", at.ToString(PlainLogFormat.Time, CultureInfo.InvariantCulture));
            json.WriteNumber("EventId", line.EventId);
            json.WriteString("LogLevel", line.Level.ToString());
            json.WriteString("Category", line.Category);
            json.WriteString("Message", line.Message);
            if (line.Exception is not null)
            {
                json.WriteString("Exception", line.Exception.ToString());
            }

            if (line.Values is not null)
            {
                json.WriteStartObject("State");
                foreach (var (name, value) in line.Values)
                {
                    Write(json, name, value);
                }

                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenMemory;
    }

    private static void Write(Utf8JsonWriter json, string name, object? value)
    {
        switch (value)
        {
            case null:
                json.WriteNull(name);
                break;
            case bool flag:
                json.WriteBoolean(name, flag);
                break;
            case int number:
                json.WriteNumber(name, number);
                break;
            case long number:
                json.WriteNumber(name, number);
                break;
            case double number when double.IsFinite(number):
                json.WriteNumber(name, number);
                break;
            default:
                json.WriteString(name, Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
        }
    }
}
