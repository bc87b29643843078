namespace EdgeSync.Bundles.Linting.Schemas;

/// <summary>Something in an object that a version of Kubernetes refuses, or drops.</summary>
/// <param name="Rule">The rule's name.</param>
/// <param name="Pointer">The value, or the one around it where it is missing.</param>
/// <param name="Subject">What it is about: the field's path as a person writes it.</param>
/// <param name="Message">What is wrong with it, and what to do.</param>
internal sealed record SchemaFault(string Rule, string Pointer, string Subject, string Message)
{
    /// <summary>An error for what a server refuses.</summary>
    public LintSeverity Severity { get; init; } = LintSeverity.Error;

    /// <summary>The finding, at the key of the field.</summary>
    public LintFinding At(LintObject subject)
    {
        var source = subject.Item.Source!;
        var position = source.Positions.FindKey(Pointer);
        return new LintFinding(Rule, Severity, source.File, position.Line, $"{subject.Id}: {Subject} {Message}") { Column = position.Column };
    }
}
