using System.Text.Json.Nodes;
using EdgeSync.Yaml;
using EdgeSync.Yaml.Syntax;

namespace EdgeSync.Kubernetes.Manifests;

/// <summary>
/// Reads manifest files. For every input it gives the JSON that Kubernetes' own tools would send, or says with line and column why not;
/// it never reads something else in silence.
/// </summary>
public static class ManifestReader
{
    /// <summary>
    /// The objects of one YAML or JSON file, in order, lists taken apart. Throws <see cref="ManifestException"/> with all faults of the
    /// file. <paramref name="fileName"/> is used in positions only.
    /// </summary>
    public static IReadOnlyList<KubernetesObject> Read(ReadOnlyMemory<byte> utf8, string fileName, ManifestReaderOptions? options = null)
    {
        options ??= new ManifestReaderOptions();
        var faults = new FaultList(fileName);
        var objects = new List<KubernetesObject>();
        if (utf8.Length > options.MaxBytes)
        {
            faults.Add(new TextPosition(1, 1), $"the file has {utf8.Length} bytes; at most {options.MaxBytes} are read");
        }
        else if (ManifestText.Decode(utf8.Span, faults) is { } text)
        {
            var expansion = new ObjectExpansion(fileName, faults);
            foreach (var document in DocumentSplitter.Split(text, faults).SelectMany(document => JsonDocuments.Split(document, options)))
            {
                ReadDocument(document, expansion, faults, options, objects);
                if (objects.Count > options.MaxObjects)
                {
                    faults.Add(new TextPosition(document.FirstLine, 1), $"the file holds more than {options.MaxObjects} objects");
                    break;
                }
            }
        }

        faults.ThrowIfAny();
        return objects;
    }

    /// <summary>
    /// Whether a file that <see cref="Read"/> refuses is meant to hold objects: one of its documents has <c>apiVersion</c>, or <c>kind</c> and
    /// <c>metadata</c>, or cannot be read. The values of a chart and the configuration of a tool have neither.
    /// </summary>
    public static bool HasObjects(ReadOnlyMemory<byte> utf8, ManifestReaderOptions? options = null)
    {
        options ??= new ManifestReaderOptions();
        var faults = new FaultList("");
        if (utf8.Length > options.MaxBytes || ManifestText.Decode(utf8.Span, faults) is not { } text)
        {
            return true;
        }

        var documents = DocumentSplitter.Split(text, faults).Select(document => ParseChecked(document, faults, options, positions: null)).ToList();
        return !faults.IsEmpty
            || documents.OfType<JsonObject>().Any(json => json.ContainsKey("apiVersion") || (json.ContainsKey("kind") && json.ContainsKey("metadata")));
    }

    private static void ReadDocument(
        ManifestDocument document, ObjectExpansion expansion, FaultList faults, ManifestReaderOptions options, List<KubernetesObject> objects)
    {
        var positions = options.KeepPositions ? new Dictionary<string, TextPosition>(StringComparer.Ordinal) : null;
        if (ParseChecked(document, faults, options, positions) is { } json)
        {
            expansion.Expand(json, new PositionMap(positions ?? new() { [""] = new TextPosition(document.FirstLine, 1) }), objects);
        }
    }

    /// <summary>The document's JSON with Kubernetes' types; null if it is empty, or after adding to the faults.</summary>
    internal static JsonNode? ParseChecked(
        ManifestDocument document, FaultList faults, ManifestReaderOptions options, Dictionary<string, TextPosition>? positions)
    {
        try
        {
            return ParseDocument(document, faults, options, positions);
        }
        catch (DocumentTooLargeException failure)
        {
            faults.Add(failure.Position, failure.Message);
        }
        catch (YamlSyntaxException failure)
        {
            faults.Add(failure.Position, failure.Message);
        }

        return null;
    }

    private static JsonNode? ParseDocument(
        ManifestDocument document, FaultList faults, ManifestReaderOptions options, Dictionary<string, TextPosition>? positions)
    {
        if (JsonDocuments.TryRead(document, faults, options, positions) is { } json)
        {
            return json;
        }

        var reader = new YamlReader(
            document.Text, "", options.MaxDepth + 1, document.FirstLine, $"maps and lists are nested more than {options.MaxDepth} deep");
        var root = reader.Read();
        if (reader.Directive is { } directive)
        {
            throw new YamlSyntaxException(directive, "directives such as '%YAML' are not supported; Kubernetes splits the file at '---' before it reads them");
        }

        if (root is { Kind: YamlKind.Scalar, IsNull: false })
        {
            throw new YamlSyntaxException(root.Position!.Value, "the document is a single value; a Kubernetes object is a map");
        }

        if (reader.Rest is { } rest)
        {
            throw new YamlSyntaxException(rest, "Kubernetes drops what follows here; begin a new document with a line '---'");
        }

        return root is null ? null : new YamlToJson(faults, options, positions).Convert(root);
    }
}
