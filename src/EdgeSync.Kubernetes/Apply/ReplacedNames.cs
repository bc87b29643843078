using System.Buffers;
using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Apply;

/// <summary>
/// Finds objects that a change only renames: generated ConfigMaps and Secrets, whose names end with a hash of their content, and Jobs and the like that
/// are numbered. The old one is replaced where the desired state has a new one of the same kind, namespace and name up to the end, and nothing in it uses
/// the old one any more.
/// </summary>
internal sealed class ReplacedNames
{
    private static readonly string[] Kinds = ["ConfigMap", "Secret", "Job.batch"];

    // kustomize writes a hash with ten of these, so that no name spells a word by chance.
    private const int KustomizeLength = 10;
    private static readonly SearchValues<char> KustomizeDigits = SearchValues.Create("2456789bcdfghkmt");

    private readonly HashSet<string> _texts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Stack<ObjectId>> _new = new(StringComparer.Ordinal);
    private readonly HashSet<string> _hashed = new(StringComparer.Ordinal);

    /// <summary>Reads the desired state; <paramref name="live"/> has the keys of the members that are in the cluster.</summary>
    public ReplacedNames(IReadOnlyList<KubernetesObject> desired, IReadOnlySet<string> live)
    {
        foreach (var item in desired)
        {
            AddTexts(item.Json);
            if (!Kinds.Contains(item.Id.GroupKind))
            {
                continue;
            }

            if (KustomizeBase(item.Name) is { } hashed)
            {
                _hashed.Add(KeyOf(item.Id, hashed));
            }

            // One that is there already has not come in the place of another.
            if (!live.Contains(item.Id.Key))
            {
                var key = KeyOf(item.Id, Base(item.Name));
                _new.TryAdd(key, new Stack<ObjectId>());
                _new[key].Push(item.Id);
            }
        }
    }

    /// <summary>Whether the desired state has another object in the place of this one. Each new object replaces one.</summary>
    public bool Takes(ObjectId id)
    {
        if (!Kinds.Contains(id.GroupKind) || _texts.Contains(id.Name))
        {
            return false;
        }

        return (KustomizeBase(id.Name) is { } hashed && _hashed.Contains(KeyOf(id, hashed)))
            || (_new.TryGetValue(KeyOf(id, Base(id.Name)), out var successors) && successors.TryPop(out _));
    }

    private static string KeyOf(ObjectId id, string name) => $"{id.GroupKind}/{id.Namespace}/{name}";

    private static string? KustomizeBase(string name) =>
        name.LastIndexOf('-') is > 0 and var dash && name.Length - dash - 1 == KustomizeLength && !name.AsSpan(dash + 1).ContainsAnyExcept(KustomizeDigits)
            ? name[..dash]
            : null;

    // Without the parts at its end that have a digit: hashes, numbers, versions.
    private static string Base(string name)
    {
        for (var dash = name.LastIndexOf('-'); dash > 0 && name.AsSpan(dash).ContainsAnyInRange('0', '9'); dash = name.LastIndexOf('-'))
        {
            name = name[..dash];
        }

        return name;
    }

    private void AddTexts(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject map:
                foreach (var member in map)
                {
                    AddTexts(member.Value);
                }

                break;
            case JsonArray list:
                foreach (var item in list)
                {
                    AddTexts(item);
                }

                break;
            default:
                if (node.Text() is { } text)
                {
                    _texts.Add(text);
                }

                break;
        }
    }
}
