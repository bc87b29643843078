using System.Diagnostics.CodeAnalysis;
using EdgeSync.Yaml;

namespace EdgeSync.Kubernetes.Manifests;

/// <summary>Ends the conversion of a document at once; the reader turns it into a fault.</summary>
[SuppressMessage("Design", "CA1032:Implement standard exception constructors", Justification = "Never leaves the reader")]
internal sealed class DocumentTooLargeException(TextPosition position, string message) : Exception(message)
{
    public TextPosition Position { get; } = position;
}
