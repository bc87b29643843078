using System.Globalization;
using EdgeSync.Signing.Policies.Conditions;
using EdgeSync.Yaml;

namespace EdgeSync.Agent.Trust;

/// <summary>Reads <c>where</c> of an attestation: conditions on its content.</summary>
internal static class ConditionReader
{
    private const int MaxConditions = 32;

    public static IReadOnlyList<PredicateCondition> Read(YamlSection reader)
    {
        var conditions = reader.Sections("where", ReadCondition);
        reader.RefuseEmptyList("where");
        if (conditions.Count > MaxConditions)
        {
            reader.Fault("where", $"has {conditions.Count} conditions, more than {MaxConditions}");
        }

        return [.. conditions.OfType<PredicateCondition>()];
    }

    private static PredicateCondition? ReadCondition(YamlSection reader)
    {
        var text = reader.Text("path", "$.builder.id");
        JsonPath? path = null;
        if (text.Length > 0 && !JsonPath.TryParse(text, out path, out var problem))
        {
            reader.Fault("path", problem);
        }

        var tests = ReadTests(reader);
        var some = reader.Flag("some", fallback: false);
        var exists = reader.Flag("exists", fallback: true);
        if (!exists && (tests.Count > 0 || some))
        {
            reader.Fault("exists", "contradicts what the value must be; where it must be absent, write nothing else");
        }
        else if (tests.Count == 0 && !reader.Has("exists"))
        {
            reader.Fault("", "says not what must be there; write one of equals, notEquals, in, notIn, matches, lessThan, atMost, moreThan, atLeast, notOlderThan, exists");
        }

        return path is null ? null : new PredicateCondition(path, !exists ? ConditionQuantity.None : some ? ConditionQuantity.Some : ConditionQuantity.Every, tests);
    }

    private static List<ValueTest> ReadTests(YamlSection reader)
    {
        ValueTest?[] tests =
        [
            reader.OptionalText("equals") is { } equal ? new ValueTest.OneOf([equal]) : null,
            reader.OptionalText("notEquals") is { } other ? new ValueTest.NoneOf([other]) : null,
            reader.TextItems("in") is { Count: > 0 } some ? new ValueTest.OneOf([.. some.Select(item => item.Text)]) : null,
            reader.TextItems("notIn") is { Count: > 0 } none ? new ValueTest.NoneOf([.. none.Select(item => item.Text)]) : null,
            PatternText.ReadOptional(reader, "matches") is { } like ? new ValueTest.Matching(like) : null,
            Number(reader, "lessThan") is { } below ? new ValueTest.Within(null, below, IsOpen: true) : null,
            Number(reader, "atMost") is { } most ? new ValueTest.Within(null, most, IsOpen: false) : null,
            Number(reader, "moreThan") is { } above ? new ValueTest.Within(above, null, IsOpen: true) : null,
            Number(reader, "atLeast") is { } least ? new ValueTest.Within(least, null, IsOpen: false) : null,
            reader.Has("notOlderThan")
                ? new ValueTest.NotOlder(reader.Duration("notOlderThan", TimeSpan.FromDays(1), TimeSpan.FromMinutes(1), TimeSpan.FromDays(3650)))
                : null,
        ];
        return [.. tests.OfType<ValueTest>()];
    }

    private static decimal? Number(YamlSection reader, string key) => reader.Value<decimal?>(key, null, text =>
        decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            ? (number, null)
            : (null, $"'{text}' is no number"));
}
