using System.Text.Json.Serialization;

namespace EdgeSync.Bundles.Linting;

/// <summary>Something that the linter found.</summary>
/// <param name="Rule">The rule's stable name, <c>image-floating</c> (docs/bundle.md lists all).</param>
/// <param name="Severity">Whether the bundle can still be built.</param>
/// <param name="File">The file, relative to the bundle's folder.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Message">What is wrong, and what to do.</param>
public sealed record LintFinding(string Rule, LintSeverity Severity, string File, int Line, string Message)
{
    /// <summary>The column, from 1.</summary>
    public int Column { get; init; } = 1;

    /// <summary><c>file:line:column: severity: message (rule)</c>.</summary>
    public override string ToString() =>
        $"{File}:{Line}:{Column}: {Severity switch { LintSeverity.Error => "error", LintSeverity.Warning => "warning", _ => "info" }}: {Message} ({Rule})";
}

/// <summary>How bad a <see cref="LintFinding"/> is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LintSeverity>))]
public enum LintSeverity
{
    /// <summary>Good to know; nothing needs to change.</summary>
    [JsonStringEnumMemberName("info")] Info,

    /// <summary>It can work, but probably not as intended, or not at every site.</summary>
    [JsonStringEnumMemberName("warning")] Warning,

    /// <summary>It cannot work at a site; no bundle is built.</summary>
    [JsonStringEnumMemberName("error")] Error,
}
