using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Fields;

/// <summary>
/// Fields that belong to somebody else in the cluster: a bundle gives them their first value, and from then on EdgeSync neither writes nor compares them.
/// </summary>
public sealed record IgnoreRule
{
    /// <summary>The most rules of one place: a bundle, a component, a channel.</summary>
    public const int MaxRules = 64;

    /// <summary>The most fields of one rule.</summary>
    public const int MaxFields = 64;

    private const int MaxName = 253;

    /// <summary>The kind of the objects, <c>Deployment</c>; with its group (<c>Deployment.apps</c>) where two groups have the kind.</summary>
    public required string Kind { get; init; }

    /// <summary>The object's name, or the beginning of names with a <c>*</c> at its end; null means every object of the kind.</summary>
    public string? Name { get; init; }

    /// <summary>The object's namespace; null means any, and none.</summary>
    public string? Namespace { get; init; }

    /// <summary>The fields, see <see cref="FieldPointer"/>.</summary>
    public required IReadOnlyList<string> Fields { get; init; }

    /// <summary>Whether the rule is about this object, as the cluster names it.</summary>
    public bool AppliesTo(ObjectId id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return (Kind == id.Kind || Kind == id.GroupKind)
            && (Namespace is null || Namespace == id.Namespace)
            && (Name is null || (Name.EndsWith('*') ? id.Name.StartsWith(Name[..^1], StringComparison.Ordinal) : Name == id.Name));
    }

    /// <summary>What is wrong with a kind, or null.</summary>
    public static string? KindProblem(string kind) =>
        kind is { Length: > 0 and <= MaxName } && char.IsAsciiLetterUpper(kind[0]) && kind.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-')
            ? null
            : $"'{kind}' is no kind; write it as in Deployment or Deployment.apps";

    /// <summary>What is wrong with a name, or null.</summary>
    public static string? NameProblem(string name) =>
        name.Length is 0 or > MaxName ? $"it must have 1 to {MaxName} characters"
        : name.IndexOf('*', StringComparison.Ordinal) is >= 0 and var star && star < name.Length - 1 ? $"'{name}' has a '*' that is not at its end"
        : null;

    /// <summary>What is wrong with the rule, or null.</summary>
    public string? FindProblem() =>
        KindProblem(Kind) ?? (Name is null ? null : NameProblem(Name)) ?? (Namespace is null ? null : NameProblem(Namespace))
        ?? (Fields.Count is 0 or > MaxFields ? $"it must name 1 to {MaxFields} fields" : Fields.Select(FieldPointer.FindProblem).FirstOrDefault(problem => problem is not null));
}
