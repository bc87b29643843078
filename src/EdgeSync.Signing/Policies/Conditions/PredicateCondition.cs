using System.Globalization;
using System.Text.Json;
using EdgeSync.Signing.Text;

namespace EdgeSync.Signing.Policies.Conditions;

/// <summary>What must be found at a path of a predicate.</summary>
/// <param name="Path">Where to look.</param>
/// <param name="Quantity">How many of the values that are found must meet the tests.</param>
/// <param name="Tests">What each value must be; all of them. None asks only that something is there.</param>
public sealed record PredicateCondition(JsonPath Path, ConditionQuantity Quantity, IReadOnlyList<ValueTest> Tests)
{
    /// <summary>Whether the predicate meets it, and what was found.</summary>
    internal Finding Evaluate(JsonElement predicate, DateTimeOffset now)
    {
        if (Path.Select(predicate) is not { } values)
        {
            return Finding.No(string.Create(CultureInfo.InvariantCulture, $"{Path} has more than {JsonPath.MaxValues} values"));
        }

        if (Quantity == ConditionQuantity.None)
        {
            return values.Count == 0 ? Finding.Yes($"{Path} is absent") : Finding.No($"{Path} must be absent, and is {Show(values[0])}");
        }

        if (values.Count == 0)
        {
            return Finding.No(Tests.Count == 0 ? $"{Path} is absent" : $"{Path} is absent, and must {string.Join(" and ", Tests)}");
        }

        JsonElement? bad = null;
        foreach (var value in values)
        {
            var holds = Tests.All(test => test.Holds(value, now));
            if (holds && Quantity == ConditionQuantity.Some)
            {
                return Finding.Yes($"{Path} is {Show(value)}");
            }

            bad ??= holds ? null : value;
        }

        return bad is { } wrong
            ? Finding.No($"{Path} is {Show(wrong)}, and must {string.Join(" and ", Tests)}")
            : Finding.Yes(values.Count == 1 ? $"{Path} is {Show(values[0])}" : $"all {values.Count} of {Path} {string.Join(" and ", Tests)}");
    }

    private static string Show(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => $"'{ShownText.Of(value.GetString()!)}'",
        _ => ShownText.Of(value.GetRawText()),
    };
}
