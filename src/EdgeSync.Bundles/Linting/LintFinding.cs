namespace EdgeSync.Bundles.Linting;

/// <summary>Something that the linter found.</summary>
/// <param name="Rule">The rule's stable name, <c>image-floating</c> (docs/bundle.md lists all).</param>
/// <param name="Severity">Whether a bundle can be built all the same.</param>
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
