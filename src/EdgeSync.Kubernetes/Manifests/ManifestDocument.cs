using EdgeSync.Yaml;

namespace EdgeSync.Kubernetes.Manifests;

/// <summary>One document of a file, without its byte order mark, and the line of the file that it begins at.</summary>
internal sealed record ManifestDocument(string Text, int FirstLine)
{
    /// <summary>Whether it is YAML whatever it looks like: Kubernetes does not take it for JSON behind a byte order mark.</summary>
    public bool IsYaml { get; init; }

    public TextPosition InFile(long line, long column) => new(FirstLine + (int)line - 1, (int)column);
}
