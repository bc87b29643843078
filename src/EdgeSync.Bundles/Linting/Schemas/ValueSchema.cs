namespace EdgeSync.Bundles.Linting.Schemas;

/// <summary>What a value of a built-in kind may be.</summary>
internal sealed class ValueSchema(ValueKind kind)
{
    private static readonly Dictionary<string, FieldSchema> NoFields = [];

    public ValueKind Kind { get; } = kind;

    /// <summary>The fields of an object.</summary>
    public Dictionary<string, FieldSchema> Fields { get; init; } = NoFields;

    /// <summary>The name of the object's type: <c>core.v1.Container</c>.</summary>
    public string TypeName { get; init; } = "";

    /// <summary>What the items of a list or the values of a map are.</summary>
    public ValueSchema? Item { get; init; }

    /// <summary>The fields that tell the items of a keyed list apart.</summary>
    public IReadOnlyList<string> Keys { get; init; } = [];

    /// <summary>The only texts that are allowed.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];
}

/// <summary>A field of an object.</summary>
internal sealed record FieldSchema(ValueSchema Value, bool IsRequired);

/// <summary>The kinds of values in Kubernetes' API.</summary>
internal enum ValueKind
{
    Any,
    Text,
    Choice,
    Int32,
    Int64,
    Number,
    Boolean,
    Bytes,
    Time,
    Quantity,
    QuantityText,
    IntOrString,
    List,
    Map,
    Object,
}
