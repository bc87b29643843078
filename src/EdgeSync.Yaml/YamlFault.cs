namespace EdgeSync.Yaml;

/// <summary>One thing that is wrong in a file.</summary>
/// <param name="Source">The file, or the environment variable that set the value.</param>
/// <param name="Position">The place in the file; null for the whole file or a variable.</param>
/// <param name="Key">The full key, <c>channels[0].reference</c>; empty when the fault concerns the whole file.</param>
/// <param name="Problem">What is wrong and what to write instead.</param>
public sealed record YamlFault(string Source, TextPosition? Position, string Key, string Problem)
{
    /// <summary><c>file:line:column</c>, or the name of the file or variable.</summary>
    public string Where => Position is { } at ? $"{Source}:{at.Line}:{at.Column}" : Source;

    /// <inheritdoc/>
    public override string ToString() => Key.Length == 0 ? $"{Where}: {Problem}" : $"{Where}: {Key}: {Problem}";
}
