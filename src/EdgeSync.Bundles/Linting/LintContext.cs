using System.Text;
using EdgeSync.Bundles.Definition;
using EdgeSync.Bundles.Reading;
using EdgeSync.Bundles.Sources;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Bundles.Linting;

/// <summary>What rules look at: the folder, and its objects with the namespaces that they land in.</summary>
internal sealed class LintContext
{
    private readonly Dictionary<string, string[]> _lines = new(StringComparer.Ordinal);

    public LintContext(BundleFolder folder)
    {
        Folder = folder;
        Scopes = new ObjectScopes(folder.Objects);
        Samples = folder.Definition?.Values is { } declared ? new ValueSamples(declared) : null;
        Objects =
        [
            .. folder.Components.SelectMany(component => component.Objects.Select(
                item => new LintObject(Samples?.Fill(item) ?? item, component.Definition, Scopes.NamespaceOf(item, component.Definition.Namespace)))),
        ];
    }

    public BundleFolder Folder { get; }

    public ObjectScopes Scopes { get; }

    /// <summary>The objects; where the bundle has values, with a sample of each.</summary>
    public IReadOnlyList<LintObject> Objects { get; }

    /// <summary>What was put in the place of references; null where the bundle has no values.</summary>
    public ValueSamples? Samples { get; }

    /// <summary>Whether the bundle has this object. A namespace that is not known (null) is taken for any.</summary>
    public bool Has(string groupKind, string? @namespace, string name) => Objects.Any(other =>
        other.Item.Id.GroupKind == groupKind && other.Item.Name == name && (@namespace is null || other.Namespace is null || other.Namespace == @namespace));

    /// <summary>The lines of a file that has objects.</summary>
    public string[] LinesOf(string path)
    {
        if (!_lines.TryGetValue(path, out var lines))
        {
            var content = Folder.Components.SelectMany(component => component.Files).First(file => file.Path == path).Content;
            _lines[path] = lines = Encoding.UTF8.GetString(content.Span).Split('\n');
        }

        return lines;
    }

    /// <summary>A finding at a value of an object.</summary>
    public static LintFinding At(string rule, LintSeverity severity, KubernetesObject item, string pointer, string message)
    {
        var position = item.Source!.Positions.Find(pointer);
        return new LintFinding(rule, severity, item.Source.File, position.Line, message) { Column = position.Column };
    }
}

/// <summary>An object of a folder, its component, and the namespace that it lands in; null where the site decides or there is none.</summary>
internal sealed record LintObject(KubernetesObject Item, ComponentDefinition Component, string? Namespace)
{
    /// <summary>What names it in a cluster, with that namespace.</summary>
    public ObjectId Id => Item.Id with { Namespace = Namespace };
}
