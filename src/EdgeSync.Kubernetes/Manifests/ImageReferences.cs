using System.Text.Json.Nodes;

namespace EdgeSync.Kubernetes.Manifests;

/// <summary>
/// Finds the images that an object makes the cluster pull: in pods and pod templates of Kubernetes' own kinds, in the places of
/// <see cref="KnownImages"/>, and in pods inside other custom resources where it is certain that they are some.
/// </summary>
public static class ImageReferences
{
    private const int MaxDepth = 200;

    /// <summary>All uses. The same object always gives the same uses in the same order.</summary>
    public static IReadOnlyList<ImageUse> Find(KubernetesObject subject)
    {
        ArgumentNullException.ThrowIfNull(subject);
        if (KnownImages.PodOf(subject.Id.GroupKind) is not null)
        {
            return FindInPods(subject);
        }

        var uses = new Uses(subject.Source?.Positions, withPatterns: false);
        if (!KnownImages.IsDescription(subject.Id))
        {
            uses.AddKnown(subject.Json, subject.Id.GroupKind, "");
            uses.Search(subject.Json, "", 0);
        }

        return uses.All;
    }

    /// <summary>The uses in a pod or a pod template of Kubernetes itself; none for an object of another kind.</summary>
    public static IReadOnlyList<ImageUse> FindInPods(KubernetesObject subject)
    {
        ArgumentNullException.ThrowIfNull(subject);
        var uses = new Uses(subject.Source?.Positions, withPatterns: true);
        if (KnownImages.PodOf(subject.Id.GroupKind) is { } path)
        {
            uses.AddAt(subject.Json, path, "");
        }

        return uses.All;
    }

    /// <summary>
    /// Whether a text could be an image at all, and not a pattern (<c>*:*</c>) or a template (<c>{{args.image}}</c>, <c>$(params.image)</c>,
    /// <c>${VAR}</c>).
    /// </summary>
    public static bool IsLiteral(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length > 0 && char.IsAsciiLetterOrDigit(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or '/' or ':' or '@');
    }

    /// <summary>Whether an object is a rule for others, with patterns where they have images.</summary>
    public static bool IsPolicy(ObjectId id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return KnownImages.IsPolicy(id.Group);
    }

    // withPatterns: an invalid image of a pod is a mistake that people are told of; in a custom resource it is probably something else.
    private sealed class Uses(PositionMap? positions, bool withPatterns)
    {
        private readonly List<ImageUse> _uses = [];
        private readonly HashSet<string> _paths = new(StringComparer.Ordinal);

        public IReadOnlyList<ImageUse> All => _uses;

        public void AddKnown(JsonObject json, string groupKind, string pointer)
        {
            foreach (var path in KnownImages.PlacesOf(groupKind))
            {
                AddAt(json, path, pointer);
            }
        }

        public void AddAt(JsonNode? node, ReadOnlySpan<string> path, string pointer)
        {
            if (path.IsEmpty)
            {
                AddImage(node, pointer);
            }
            else if (path[0] == KnownImages.Pod)
            {
                AddPod(node as JsonObject, pointer);
            }
            else if (path[0] == KnownImages.Each && node is JsonArray list)
            {
                for (var i = 0; i < list.Count; i++)
                {
                    AddAt(list[i], path[1..], $"{pointer}/{i}");
                }
            }
            else if (path[0] == KnownImages.Each && node is JsonObject map)
            {
                foreach (var (key, value) in map)
                {
                    AddAt(value, path[1..], $"{pointer}/{PositionMap.Escape(key)}");
                }
            }
            else if (node.At(path[0]) is { } next)
            {
                AddAt(next, path[1..], $"{pointer}/{PositionMap.Escape(path[0])}");
            }
        }

        /// <summary>Pods and whole objects anywhere below.</summary>
        public void Search(JsonNode? node, string pointer, int depth)
        {
            if (depth > MaxDepth)
            {
                return;
            }

            if (node is JsonArray list)
            {
                for (var i = 0; i < list.Count; i++)
                {
                    Search(list[i], $"{pointer}/{i}", depth + 1);
                }
            }
            else if (node is JsonObject map)
            {
                AddCertain(map, pointer);
                foreach (var (key, value) in map)
                {
                    Search(value, $"{pointer}/{PositionMap.Escape(key)}", depth + 1);
                }
            }
        }

        private void AddCertain(JsonObject map, string pointer)
        {
            if (pointer.Length > 0 && map.Text("apiVersion") is { } version && map.Text("kind") is { } kind)
            {
                var groupKind = new ObjectId(version, kind, null, "").GroupKind;
                if (KnownImages.PodOf(groupKind) is { } path)
                {
                    AddAt(map, path, pointer);
                }

                AddKnown(map, groupKind, pointer);
            }

            // A pod that Kubernetes would take: every container has a valid name, and one at least an image.
            if (map["containers"] is JsonArray { Count: > 0 } containers && containers.All(IsContainer) && containers.Any(item => item.Text("image") is not null))
            {
                AddPod(map, pointer);
            }
        }

        private static bool IsContainer(JsonNode? node) =>
            node.Text("name") is { Length: > 0 and <= 63 } name
            && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')
            && (node.At("image") is null || (node.Text("image") is { } image && IsLiteral(image)));

        private void AddPod(JsonObject? pod, string pointer)
        {
            foreach (var (member, value) in pod ?? [])
            {
                if (KnownImages.InPod(member) is { } path)
                {
                    AddAt(value, path, $"{pointer}/{member}");
                }
            }
        }

        private void AddImage(JsonNode? node, string pointer)
        {
            if (node.Text() is { Length: > 0 } image && (withPatterns || IsLiteral(image)) && _paths.Add(pointer))
            {
                _uses.Add(new ImageUse(image, pointer, positions?.Find(pointer)));
            }
        }
    }
}
