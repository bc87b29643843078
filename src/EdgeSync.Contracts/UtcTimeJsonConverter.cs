using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using EdgeSync.Primitives.Text;

namespace EdgeSync.Contracts;

/// <summary>
/// A time on the wire: RFC 3339, written in UTC with <c>Z</c>. A time without an offset is refused, because two machines would read two different times.
/// </summary>
public sealed class UtcTimeJsonConverter : JsonConverter<DateTimeOffset>
{
    private const string Format = "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'";

    /// <inheritdoc/>
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var text = reader.TokenType == JsonTokenType.String ? reader.GetString()! : "";
        return HasOffset(text) && reader.TryGetDateTimeOffset(out var time)
            ? time.ToUniversalTime()
            : throw new JsonFault("a time is not RFC 3339 with an offset, as 2026-11-21T02:00:00Z");
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStringValue(value.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture));
    }

    private static bool HasOffset(string text) =>
        text.Length > "2026-11-21T02:00:00".Length && (text[^1] == 'Z' || text[^6] is '+' or '-');
}
