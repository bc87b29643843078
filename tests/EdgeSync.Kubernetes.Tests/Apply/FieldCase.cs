using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Tests.Apply;

/// <summary>One object in several spellings (the documents of a file), edits that matter, and what controllers write into it.</summary>
internal sealed record FieldCase(string Name, IReadOnlyList<KubernetesObject> Spellings, IReadOnlyList<JsonNode> Edits, IReadOnlyList<JsonNode> ByControllers)
{
    private const string EditMark = "# edit: ";
    private const string ControllerMark = "# byController: ";

    public KubernetesObject this[int spelling] => Spellings[Math.Min(spelling, Spellings.Count - 1)];

    public static IReadOnlyList<FieldCase> ReadAll(string suffix) =>
        [.. Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "FieldCases"), "*.yaml").Order(StringComparer.Ordinal).Select(file => Read(file, suffix))];

    private static FieldCase Read(string file, string suffix)
    {
        var name = Path.GetFileNameWithoutExtension(file);
        var text = File.ReadAllText(file)
            .Replace("GROUP", $"{suffix}.example.com", StringComparison.Ordinal)
            .Replace("{name: n", $"{{name: {name}-{suffix}", StringComparison.Ordinal);
        return new FieldCase(name, Yaml.Read(text), Marked(text, EditMark), Marked(text, ControllerMark));
    }

    private static IReadOnlyList<JsonNode> Marked(string text, string mark) =>
        [.. text.Split('\n').Where(line => line.StartsWith(mark, StringComparison.Ordinal)).Select(line => JsonNode.Parse(line[mark.Length..])!)];
}
