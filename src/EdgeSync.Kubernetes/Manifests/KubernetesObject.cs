using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Fields;

namespace EdgeSync.Kubernetes.Manifests;

/// <summary>
/// One Kubernetes object of any kind, as JSON. The identity is read once; change <see cref="Json"/> only through
/// <see cref="WithNamespace"/> and the like, which return a copy.
/// </summary>
public sealed class KubernetesObject
{
    private volatile string? _fingerprint;

    // Either the tree, or its text and the tree that was read of it again.
    private volatile JsonObject? _json;
    private volatile byte[]? _text;
    private volatile WeakReference<JsonObject>? _readAgain;

    /// <summary>
    /// Wraps JSON that has <c>apiVersion</c>, <c>kind</c> and <c>metadata.name</c> as texts. Throws <see cref="ArgumentException"/> if it
    /// has not.
    /// </summary>
    public KubernetesObject(JsonObject json, ManifestSource? source = null)
    {
        ArgumentNullException.ThrowIfNull(json);
        _json = json;
        Source = source;
        var @namespace = json.Text("metadata", "namespace");
        Id = new ObjectId(
            json.Text("apiVersion") ?? throw new ArgumentException("the object has no apiVersion", nameof(json)),
            json.Text("kind") ?? throw new ArgumentException("the object has no kind", nameof(json)),
            string.IsNullOrEmpty(@namespace) ? null : @namespace,
            json.Text("metadata", "name") ?? throw new ArgumentException("the object has no metadata.name", nameof(json)));
    }

    /// <summary>The whole object. Safe to read from several threads.</summary>
    public JsonObject Json => _json ?? ReadAgain();

    /// <summary>Where it was read from; null if it did not come from a file.</summary>
    public ManifestSource? Source { get; }

    /// <summary>The digest of <see cref="Json"/>, whatever way it is written, as 64 hexadecimal digits. Safe to read from several threads.</summary>
    internal string Fingerprint => _fingerprint ??= ObjectFingerprint.Of(Json).Hex;

    /// <summary>What names it in a cluster.</summary>
    public ObjectId Id { get; }

    /// <summary>The rules of its bundle about fields that belong to others; they may be about other objects too.</summary>
    public IReadOnlyList<IgnoreRule> Ignore { get; init; } = [];

    /// <summary>What holds for its fields at this site, once it is known where it lands.</summary>
    public FieldRules Fields { get; init; } = FieldRules.None;

    /// <summary>The API group and version: <c>apps/v1</c>, <c>v1</c>.</summary>
    public string ApiVersion => Id.ApiVersion;

    /// <summary>The kind: <c>Deployment</c>.</summary>
    public string Kind => Id.Kind;

    /// <summary>The name.</summary>
    public string Name => Id.Name;

    /// <summary>The namespace that the object itself names, or null.</summary>
    public string? Namespace => Id.Namespace;

    /// <summary>A copy in this namespace (null takes the namespace away); the same object if it is there already.</summary>
    public KubernetesObject WithNamespace(string? @namespace)
    {
        if (@namespace == Namespace)
        {
            return this;
        }

        var copy = (JsonObject)Json.DeepClone();
        var metadata = (JsonObject)copy["metadata"]!;
        if (@namespace is null)
        {
            metadata.Remove("namespace");
        }
        else
        {
            metadata["namespace"] = @namespace;
        }

        return new KubernetesObject(copy, Source) { Ignore = Ignore, Fields = Fields };
    }

    /// <summary>The same object with these rules about fields that belong to others.</summary>
    public KubernetesObject WithIgnore(IReadOnlyList<IgnoreRule> rules) => rules.Count == 0 ? this : new KubernetesObject(Json, Source) { Ignore = rules, Fields = Fields };

    /// <summary>
    /// Keeps <see cref="Json"/> as text from now on, which takes a fraction of the memory, and reads it again when it is asked for: for objects that nobody looks
    /// at for a long time. Safe to call from any thread.
    /// </summary>
    public void Compact()
    {
        if (_json is { } json)
        {
            _text = JsonSerializer.SerializeToUtf8Bytes(json, KubernetesJsonContext.Default.JsonObject);
            _json = null;
            _fingerprint = null;
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Id.ToString();

    private JsonObject ReadAgain()
    {
        if (_readAgain is { } known && known.TryGetTarget(out var json))
        {
            return json;
        }

        json = (JsonObject)JsonNode.Parse(_text)!;
        _readAgain = new WeakReference<JsonObject>(json);
        return json;
    }
}
