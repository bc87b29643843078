using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Primitives.Text;

namespace EdgeSync.Kubernetes.Fields;

/// <summary>Which fields of one object belong to others, and what becomes of those that others own besides.</summary>
public sealed partial class FieldRules
{
    /// <summary>The annotation that names fields of its object to ignore, separated by commas or blanks.</summary>
    public const string IgnoreAnnotation = "edgesync.dev/ignore";

    /// <summary>The annotation that gives its object a <see cref="ConflictPolicy"/>.</summary>
    public const string ConflictsAnnotation = "edgesync.dev/conflicts";

    private FieldRules(IReadOnlyList<FieldPointer> ignored, ConflictPolicy conflicts)
    {
        Ignored = ignored;
        Conflicts = conflicts;
    }

    /// <summary>No field belongs to others.</summary>
    public static FieldRules None { get; } = new([], ConflictPolicy.Take);

    /// <summary>The fields that are neither written nor compared, once the object exists.</summary>
    public IReadOnlyList<FieldPointer> Ignored { get; }

    /// <summary>What becomes of a field that another manager owns with another value.</summary>
    public ConflictPolicy Conflicts { get; }

    /// <summary>Whether the comparison with the cluster leaves nothing out.</summary>
    internal bool IsStrict => Ignored.Count == 0 && Conflicts != ConflictPolicy.Leave;

    /// <summary>All of it as one text, for the digest of what is known of an object.</summary>
    internal string Text => $"{Conflicts} {string.Join(' ', Ignored.Select(ignored => ignored.Text).Order(StringComparer.Ordinal))}";

    /// <summary>The rules of an object that has its namespace: those of its bundle and of the channel, and its own annotations.</summary>
    internal static FieldRules Of(KubernetesObject item, ApplyOptions options)
    {
        var fields = item.Ignore.Concat(options.Ignore).Where(rule => rule.AppliesTo(item.Id)).SelectMany(rule => rule.Fields)
            .Concat(Split(item.Json.Text("metadata", "annotations", IgnoreAnnotation)))
            .Distinct(StringComparer.Ordinal)
            .Select(FieldPointer.Parse)
            .ToList();
        var conflicts = (item.Json.Text("metadata", "annotations", ConflictsAnnotation) is { } word ? ConflictPolicies.Find(word) : null) ?? options.Conflicts;
        return new FieldRules(fields, conflicts == ConflictPolicy.Fail && !options.RefusesConflicts ? ConflictPolicy.Take : conflicts);
    }

    /// <summary>Whether annotations of the object are about its fields.</summary>
    public static bool AreIn(KubernetesObject item)
    {
        ArgumentNullException.ThrowIfNull(item);
        return item.Json.At("metadata", "annotations") is JsonObject annotations && (annotations.ContainsKey(IgnoreAnnotation) || annotations.ContainsKey(ConflictsAnnotation));
    }

    /// <summary>What is wrong with the object's own annotations, each with its name.</summary>
    public static IEnumerable<(string Annotation, string Problem)> FindProblems(KubernetesObject item)
    {
        ArgumentNullException.ThrowIfNull(item);
        if (item.Json.Text("metadata", "annotations", IgnoreAnnotation) is { } text)
        {
            var fields = Split(text);
            if (fields.Length is 0 or > IgnoreRule.MaxFields)
            {
                yield return (IgnoreAnnotation, $"it must name 1 to {IgnoreRule.MaxFields} fields, separated by commas or blanks");
            }

            foreach (var problem in fields.Select(FieldPointer.FindProblem).OfType<string>())
            {
                yield return (IgnoreAnnotation, problem);
            }
        }

        if (item.Json.Text("metadata", "annotations", ConflictsAnnotation) is { } word && ConflictPolicies.Find(word) is null)
        {
            var words = ConflictPolicies.Words.Select(known => known.Word).ToList();
            yield return (ConflictsAnnotation, NearestName.Find(word, words) is { } nearest
                ? $"'{word}' is no policy; did you mean '{nearest}'?"
                : $"'{word}' is no policy; write {string.Join(" or ", words)}");
        }
    }

    private static string[] Split(string? text) => [.. Field().Matches(text ?? "").Select(match => match.Value)];

    // The key of an item has commas and may have blanks.
    [GeneratedRegex(@"(?:[^\s,{]|\{[^}]*\})+")]
    private static partial Regex Field();
}
