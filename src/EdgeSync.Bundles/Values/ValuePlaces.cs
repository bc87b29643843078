using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Bundles.Values;

/// <summary>Finds the references in an object, and what stands where none can be.</summary>
internal sealed class ValuePlaces
{
    /// <summary>The annotation of objects whose texts stay as they are.</summary>
    public const string Annotation = "edgesync.dev/substitute";

    private const string Disabled = "disabled";
    private const string DefinitionKind = "CustomResourceDefinition.apiextensions.k8s.io";
    private static readonly string[] IdentityPlaces = ["/apiVersion", "/kind", "/metadata/name", "/metadata/namespace"];

    private readonly List<ValuePlace> _places = [];
    private readonly List<(string Pointer, string Problem)> _problems = [];

    private ValuePlaces()
    {
    }

    /// <summary>The texts with references, in order.</summary>
    public IReadOnlyList<ValuePlace> All => _places;

    /// <summary>What is wrong, with its JSON pointer.</summary>
    public IReadOnlyList<(string Pointer, string Problem)> Problems => _problems;

    /// <summary>The references of an object; none where its texts stay as they are.</summary>
    public static ValuePlaces Find(KubernetesObject item)
    {
        var places = new ValuePlaces();
        if (item.Id.GroupKind != DefinitionKind && ((JsonNode)item.Json).Text("metadata", "annotations", Annotation) != Disabled)
        {
            places.Visit(item.Json, "");
            places.RefuseImages(item);
        }

        return places;
    }

    /// <summary>A copy of the object in which <paramref name="fill"/> has replaced the texts at these places.</summary>
    public KubernetesObject Fill(KubernetesObject item, Func<ValuePlace, JsonNode> fill)
    {
        if (_places.Count == 0)
        {
            return item;
        }

        var copy = (JsonObject)item.Json.DeepClone();
        foreach (var place in _places)
        {
            Replace(copy, place.Path, fill(place));
        }

        return new KubernetesObject(copy, item.Source);
    }

    private static void Replace(JsonNode node, IReadOnlyList<object> path, JsonNode value)
    {
        foreach (var step in path.SkipLast(1))
        {
            node = (step is int index ? node[index] : node[(string)step])!;
        }

        if (path[^1] is int last)
        {
            node[last] = value;
        }
        else
        {
            node[(string)path[^1]] = value;
        }
    }

    private void Visit(JsonNode? node, string pointer, params IReadOnlyList<object> path)
    {
        switch (node)
        {
            case JsonObject map:
                foreach (var (key, value) in map)
                {
                    var below = $"{pointer}/{PositionMap.Escape(key)}";
                    if (ValueTemplate.IsOne(key))
                    {
                        _problems.Add((below, $"the key '{key}' has a reference; only values can have one"));
                    }

                    Visit(value, below, [.. path, key]);
                }

                break;
            case JsonArray list:
                for (var i = 0; i < list.Count; i++)
                {
                    Visit(list[i], $"{pointer}/{i}", [.. path, i]);
                }

                break;
            default:
                if (node.Text() is { } text && ValueTemplate.IsOne(text))
                {
                    VisitText(text, pointer, path);
                }

                break;
        }
    }

    private void VisitText(string text, string pointer, IReadOnlyList<object> path)
    {
        if (!ValueTemplate.TryParse(text, out var template, out var problem))
        {
            _problems.Add((pointer, problem));
        }
        else if (IdentityPlaces.Contains(pointer, StringComparer.Ordinal))
        {
            _problems.Add((pointer, $"{pointer[1..].Replace('/', '.')} names the object and is the same at every site; it cannot have a reference"));
        }
        else
        {
            _places.Add(new ValuePlace(pointer, path, template));
        }
    }

    // With any text in the place of the references, every image is found as one, also in custom resources.
    private void RefuseImages(KubernetesObject item)
    {
        if (_places.Count == 0)
        {
            return;
        }

        var sample = Fill(item, place => (JsonNode)place.Template.Fill((_, _) => "x"));
        var images = ImageReferences.Find(sample).Select(use => use.Path).ToHashSet(StringComparer.Ordinal);
        foreach (var place in _places.Where(place => images.Contains(place.Pointer) && place.Template.References.Any()))
        {
            _problems.Add((place.Pointer, "an image cannot have a reference: the bundle brings its images, and its digest covers them"));
        }
    }
}

/// <summary>A text of an object with references.</summary>
/// <param name="Pointer">Its JSON pointer.</param>
/// <param name="Path">The same as member names and list indexes.</param>
/// <param name="Template">The text.</param>
internal sealed record ValuePlace(string Pointer, IReadOnlyList<object> Path, ValueTemplate Template)
{
    /// <summary>Whether it is in the <c>data</c> of a Secret, which Kubernetes keeps as base64.</summary>
    public bool IsEncoded => Path is ["data", _];

    /// <summary>Whether it is in a place of a Secret that Kubernetes keeps secret.</summary>
    public bool IsSecret => Path is ["data" or "stringData", _];
}
