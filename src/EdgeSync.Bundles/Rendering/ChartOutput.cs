using System.Text;
using System.Text.Json.Nodes;
using EdgeSync.Bundles.Archives;
using EdgeSync.Bundles.Definition;
using EdgeSync.Bundles.Sources;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Bundles.Rendering;

/// <summary>Takes what <c>helm template</c> prints apart: one file for each template, which Helm names in a comment, without the hooks that are left out.</summary>
internal sealed class ChartOutput(ComponentDefinition component)
{
    /// <summary>The annotation that makes an object a hook of Helm.</summary>
    public const string HookAnnotation = "helm.sh/hook";

    private const string Separator = "---\n";
    private const string SourceMark = "# Source: ";
    private readonly SortedDictionary<string, StringBuilder> _files = new(StringComparer.Ordinal);

    /// <summary>The hooks that are left out.</summary>
    public List<BundleFault> LeftOut { get; } = [];

    /// <summary>What a hook is for (<c>pre-install,pre-upgrade</c>), or null when the object is none.</summary>
    public static string? HookOf(JsonObject json) =>
        (json["metadata"] as JsonObject)?["annotations"] is JsonObject annotations && annotations[HookAnnotation] is JsonValue value && value.TryGetValue<string>(out var hook)
            ? hook
            : null;

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
        if (!IsLeftOut(name, block))
        {
            var file = _files.TryGetValue(name, out var begun) ? begun : _files[name] = new StringBuilder();
            file.Append(Separator).Append(block.TrimStart('\n')).Append('\n');
        }
    }

    // A block that cannot be read stays: reading the whole file reports it with its line.
    private bool IsLeftOut(string name, string block)
    {
        try
        {
            var objects = ManifestReader.Read(Encoding.UTF8.GetBytes(block), name);
            var hooks = objects.Select(item => (item, Hook: HookOf(item.Json))).Where(item => item.Hook is not null && (component.Chart!.OmitsHooks || IsTest(item.Hook))).ToList();
            if (objects.Count == 0 || hooks.Count < objects.Count)
            {
                return objects.Count == 0;
            }

            LeftOut.AddRange(hooks.Select(item => new BundleFault($"{item.item} is a hook of Helm ({RenderProgram.Clean(item.Hook!)}) and is left out", name)));
            return true;
        }
        catch (ManifestException)
        {
            return false;
        }
    }

    private static bool IsTest(string hook) => hook.Split(',').All(name => name.Trim() is "test" or "test-success" or "test-failure");
}
