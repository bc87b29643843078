using EdgeSync.Contracts.Releases;

namespace EdgeSync.Signing.Releases;

/// <summary>The rules of Kubernetes for label selectors, with limits, so that a malformed selector does not select sites by accident.</summary>
internal static class LabelSelectorCheck
{
    private const int MaxRequirements = 64;
    private const int MaxValues = 1024;
    private const int MaxTextLength = 317; // DNS prefix of 253, slash, name of 63.

    public static string? FindProblem(LabelSelector selector)
    {
        if (selector.MatchLabels.Count > MaxRequirements || selector.MatchExpressions.Count > MaxRequirements)
        {
            return "the site selector has too many requirements";
        }

        return selector.MatchLabels.Any(label => !IsKey(label.Key) || !IsValue(label.Value))
            ? "the site selector has an empty or too long label"
            : selector.MatchExpressions.Select(FindProblem).FirstOrDefault(problem => problem is not null);
    }

    private static string? FindProblem(LabelRequirement? requirement) => requirement switch
    {
        null => "the site selector has an empty requirement",
        _ when !IsKey(requirement.Key) => "the site selector has an empty or too long label",
        { Operator: LabelOperator.In or LabelOperator.NotIn, Values: { Count: > 0 and <= MaxValues } values } when values.All(IsValue) => null,
        { Operator: LabelOperator.Exists or LabelOperator.DoesNotExist, Values: null or { Count: 0 } } => null,
        _ => $"the site selector's requirement for '{requirement.Key}' has values that do not fit its operator",
    };

    private static bool IsKey(string? text) => text is { Length: > 0 and <= MaxTextLength };

    private static bool IsValue(string? text) => text is { Length: <= MaxTextLength };
}
