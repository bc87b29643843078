using System.Text;
using EdgeSync.Bundles.Archives;
using EdgeSync.Bundles.Definition;
using EdgeSync.Bundles.Linting;
using EdgeSync.Bundles.Sources;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Bundles.Rendering;

/// <summary>Takes what <c>helm template</c> prints apart: one file for each template, which Helm names in a comment, with its hooks as <see cref="HelmHooks"/> maps them.</summary>
internal sealed class ChartOutput(ComponentDefinition component)
{
    private const string Separator = "---\n";
    private const string SourceMark = "# Source: ";
    private readonly SortedDictionary<string, StringBuilder> _files = new(StringComparer.Ordinal);

    private readonly HelmHooks _hooks = new(component.Chart!.Hooks);

    /// <summary>What people have to know of the chart's hooks.</summary>
    public IReadOnlyList<LintFinding> HookFindings => _hooks.Findings;

    public IEnumerable<ArchiveFile> Split(byte[] output)
    {
        var text = Encoding.UTF8.GetString(output).Replace("\r\n", "\n", StringComparison.Ordinal);
        var source = "output";
        foreach (var block in ("\n" + text).Split("\n" + Separator))
        {
            if (block.StartsWith(SourceMark, StringComparison.Ordinal))
            {
                source = block[SourceMark.Length..].Split('\n')[0].Trim();
            }

            Add(NameOf(source), block);
        }

        return _files.Select(file => new ArchiveFile(file.Key, Encoding.UTF8.GetBytes(file.Value.ToString())));
    }

    private string NameOf(string source)
    {
        var name = $"{component.Name}.chart/{source}";
        return ManifestNames.IsManifest(name) ? name : name + ".yaml";
    }

    private void Add(string name, string block)
    {
        if (Map(name, block) is { } text)
        {
            var file = _files.TryGetValue(name, out var begun) ? begun : _files[name] = new StringBuilder();
            file.Append(Separator).Append(text.TrimStart('\n')).Append('\n');
        }
    }

    // A block that cannot be read stays: reading the whole file reports it with its line.
    private string? Map(string name, string block)
    {
        try
        {
            var objects = ManifestReader.Read(Encoding.UTF8.GetBytes(block), name);
            return objects.Count == 0 ? null : _hooks.Map(name, block, objects);
        }
        catch (ManifestException)
        {
            return block;
        }
    }
}
