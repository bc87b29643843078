using EdgeSync.Kubernetes.Fields;
using EdgeSync.Yaml;

namespace EdgeSync.Bundles.Definition;

/// <summary>Reads <c>ignore</c> of <c>bundle.yaml</c> and of a channel in <c>edgesync.yaml</c>.</summary>
public static class IgnoreRuleReader
{
    /// <summary>The rules of a section; what <paramref name="take"/> makes of each and the section that it is read from.</summary>
    public static IReadOnlyList<T> Read<T>(YamlSection map, Func<IgnoreRule, YamlSection, T> take)
    {
        ArgumentNullException.ThrowIfNull(map);
        var rules = map.Sections("ignore", section => take(ReadRule(section), section), "an entry of ignore");
        if (rules.Count > IgnoreRule.MaxRules)
        {
            map.Fault("ignore", $"'ignore' has more than {IgnoreRule.MaxRules} entries");
        }

        return rules;
    }

    private static IgnoreRule ReadRule(YamlSection map)
    {
        map.Require("kind", "Deployment");
        map.Require("fields", "[/spec/replicas]");
        return new IgnoreRule
        {
            Kind = map.CheckedText("kind", required: false, IgnoreRule.KindProblem) ?? "",
            Name = map.CheckedText("name", required: false, IgnoreRule.NameProblem),
            Namespace = map.CheckedName("namespace", required: false),
            Fields = ReadFields(map),
        };
    }

    private static List<string> ReadFields(YamlSection map)
    {
        var fields = new List<string>();
        var items = map.Items("fields").ToList();
        foreach (var item in items)
        {
            if (DefinitionValues.TextOf(item, "an entry of 'fields'") is { } text)
            {
                fields.Add(text);
                if (FieldPointer.FindProblem(text) is { } problem)
                {
                    item.Fault(problem);
                }
            }
        }

        if (items.Count > IgnoreRule.MaxFields || (items.Count == 0 && map.Find("fields") is { Kind: YamlKind.List }))
        {
            map.Fault("fields", $"'fields' must name 1 to {IgnoreRule.MaxFields} fields, as in [/spec/replicas]");
        }

        return fields;
    }
}
