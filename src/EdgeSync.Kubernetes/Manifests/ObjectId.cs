namespace EdgeSync.Kubernetes.Manifests;

/// <summary>What names an object in a cluster: its group and kind, its namespace (null if it has none) and its name.</summary>
public sealed record ObjectId(string ApiVersion, string Kind, string? Namespace, string Name) : IComparable<ObjectId>
{
    /// <summary>The API group; empty for the core group.</summary>
    public string Group => ApiVersion.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash ? ApiVersion[..slash] : "";

    /// <summary>The kind and its group as the ApplySet specification writes it: <c>Deployment.apps</c>, <c>Service</c>.</summary>
    public string GroupKind => Group.Length == 0 ? Kind : $"{Kind}.{Group}";

    /// <summary>
    /// Equal for two identifiers of the same object, also when they name different versions of its API; the version is not part of an
    /// object's identity.
    /// </summary>
    public string Key => $"{GroupKind}/{Namespace}/{Name}";

    /// <inheritdoc/>
    public int CompareTo(ObjectId? other) => string.CompareOrdinal(Key, other?.Key);

    /// <summary>For people: <c>Deployment shop/web</c>, <c>Namespace shop</c>.</summary>
    public override string ToString() => Namespace is null ? $"{Kind} {Name}" : $"{Kind} {Namespace}/{Name}";

    /// <summary>Orders by <see cref="Key"/>.</summary>
    public static bool operator <(ObjectId? left, ObjectId? right) => Comparer<ObjectId>.Default.Compare(left, right) < 0;

    /// <summary>Orders by <see cref="Key"/>.</summary>
    public static bool operator >(ObjectId? left, ObjectId? right) => Comparer<ObjectId>.Default.Compare(left, right) > 0;

    /// <summary>Orders by <see cref="Key"/>.</summary>
    public static bool operator <=(ObjectId? left, ObjectId? right) => Comparer<ObjectId>.Default.Compare(left, right) <= 0;

    /// <summary>Orders by <see cref="Key"/>.</summary>
    public static bool operator >=(ObjectId? left, ObjectId? right) => Comparer<ObjectId>.Default.Compare(left, right) >= 0;
}
