using EdgeSync.Yaml;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Agent.Configuration;

/// <summary><c>log</c>: what the daemon writes to standard output.</summary>
/// <param name="Level">The lowest level that is written.</param>
/// <param name="Json">One JSON object a line instead of plain text.</param>
internal sealed record LogSection(LogLevel Level, bool Json)
{
    public static LogSection Read(YamlSection reader) => new(
        reader.Choice(
            "level",
            LogLevel.Information,
            ("trace", LogLevel.Trace),
            ("debug", LogLevel.Debug),
            ("information", LogLevel.Information),
            ("warning", LogLevel.Warning),
            ("error", LogLevel.Error)),
        reader.Choice("format", false, ("plain", false), ("json", true)));
}
