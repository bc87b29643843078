using System.Globalization;
using EdgeSync.Agent.Configuration;
using EdgeSync.Signing.Policies.Conditions;

namespace EdgeSync.Agent.Trust;

/// <summary><c>where</c> of an attestation: conditions on its content.</summary>
internal static class ConditionReader
{
    private const int MaxConditions = 32;

    public static IReadOnlyList<PredicateCondition> Read(SectionReader reader)
    {
        var conditions = new List<PredicateCondition>();
        var count = reader.Sections("where", section =>
        {
            if (ReadOne(section) is { } condition)
            {
                conditions.Add(condition);
            }

            return 0;
        }).Count;
        reader.RefuseEmptyList("where");
        if (count > MaxConditions)
        {
            reader.Fault("where", $"has {count} conditions, more than {MaxConditions}");
        }

        return conditions;
    }

    private static PredicateCondition? ReadOne(SectionReader reader)
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

    private static List<ValueTest> ReadTests(SectionReader reader)
    {
        var tests = new List<ValueTest>();
        AddTexts("equals", texts => new ValueTest.OneOf(texts), isSingle: true);
        AddTexts("notEquals", texts => new ValueTest.NoneOf(texts), isSingle: true);
        AddTexts("in", texts => new ValueTest.OneOf(texts), isSingle: false);
        AddTexts("notIn", texts => new ValueTest.NoneOf(texts), isSingle: false);
        if (reader.OptionalText("matches") is { } pattern
            && PatternText.Read(pattern, isExact: false, fault => reader.Fault("matches", fault)) is { } like)
        {
            tests.Add(new ValueTest.Matching(like));
        }

        AddNumber("lessThan", number => new ValueTest.Within(null, number, IsOpen: true));
        AddNumber("atMost", number => new ValueTest.Within(null, number, IsOpen: false));
        AddNumber("moreThan", number => new ValueTest.Within(number, null, IsOpen: true));
        AddNumber("atLeast", number => new ValueTest.Within(number, null, IsOpen: false));
        if (reader.Has("notOlderThan"))
        {
            tests.Add(new ValueTest.NotOlder(
                reader.Duration("notOlderThan", TimeSpan.FromDays(1), TimeSpan.FromMinutes(1), TimeSpan.FromDays(3650))));
        }

        return tests;

        void AddTexts(string key, Func<IReadOnlyList<string>, ValueTest> create, bool isSingle)
        {
            IReadOnlyList<string> texts = isSingle
                ? reader.OptionalText(key) is { } text ? [text] : []
                : [.. reader.TextItems(key).Select(item => item.Text)];
            if (texts.Count > 0)
            {
                tests.Add(create(texts));
            }
        }

        void AddNumber(string key, Func<decimal, ValueTest> create)
        {
            if (reader.OptionalText(key) is not { } text)
            {
                return;
            }

            if (decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            {
                tests.Add(create(number));
            }
            else
            {
                reader.Fault(key, $"'{text}' is no number");
            }
        }
    }
}
