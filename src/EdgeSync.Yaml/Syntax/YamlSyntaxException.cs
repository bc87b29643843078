using System.Diagnostics.CodeAnalysis;

namespace EdgeSync.Yaml.Syntax;

/// <summary>The text is not YAML, or not the part of YAML that is read here. The message is EdgeSync's own and fit for a person.</summary>
[SuppressMessage("Design", "CA1032:Implement standard exception constructors", Justification = "A fault without its place is of no use")]
public sealed class YamlSyntaxException(TextPosition position, string message) : Exception(message)
{
    /// <summary>Where the fault is.</summary>
    public TextPosition Position { get; } = position;
}
