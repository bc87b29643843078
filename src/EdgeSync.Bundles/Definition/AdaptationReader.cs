using System.Globalization;
using EdgeSync.Bundles.Metadata;
using EdgeSync.Bundles.Values;
using EdgeSync.Contracts.Releases;
using EdgeSync.Yaml;

namespace EdgeSync.Bundles.Definition;

/// <summary>Reads what of a bundle differs between sites: <c>values</c>, and <c>when</c> of a component.</summary>
internal static class AdaptationReader
{
    private const string ValueExample = "{REPLICAS: {type: integer, default: 2}}";

    public static IReadOnlyList<NamedValue>? ReadValues(YamlSection map)
    {
        if (!map.Has("values"))
        {
            return null;
        }

        var values = new List<NamedValue>();
        foreach (var (name, item) in map.FreeEntries("values", ValueExample))
        {
            if (ValueName.DeclarationProblem(name) is { } problem)
            {
                item.Fault(problem);
            }

            if (item.IsSection($"the value '{name}'"))
            {
                values.Add(new NamedValue(name, item.Read(section => ReadDeclaration(name, section)), item.Node.Position!.Value));
            }
        }

        if (values.Count > MetadataRules.MaxValues)
        {
            map.Fault("values", $"a bundle has at most {MetadataRules.MaxValues} values");
        }

        return values;
    }

    public static LabelSelector? ReadWhen(YamlSection map)
    {
        if (!map.Has("when"))
        {
            return null;
        }

        var labels = map.FreeTexts("when", "{region: north}");
        if (labels.Count == 0 && map.Find("when") is { Kind: YamlKind.Section })
        {
            map.Fault("when", "'when' must name at least one label; leave it out for a component of every site");
        }

        return new LabelSelector { MatchLabels = labels };
    }

    private static ValueDeclaration ReadDeclaration(string name, YamlSection map)
    {
        var faults = map.File.Faults.Count;
        var type = ReadType(map);
        var declaration = new ValueDeclaration
        {
            Type = type,
            Default = map.Find("default") is { } node ? TextOf(node, "'default'", type, problem => map.Fault("default", problem)) : null,
            Enum = map.Has("enum") ? [.. map.Items("enum").Select(item => TextOf(item.Node, "an entry of 'enum'", type, item.Fault)).OfType<string>()] : null,
            Pattern = map.StrictText("pattern"),
            Minimum = ReadNumber(map, "minimum"),
            Maximum = ReadNumber(map, "maximum"),
            Secret = map.StrictFlag("secret"),
            Description = map.StrictText("description"),
        };
        if (map.File.Faults.Count == faults && declaration.FindOwnProblem() is { } problem)
        {
            map.Fault("", $"the value {name} is refused: {problem}");
        }

        return declaration;
    }

    private static DeclaredType ReadType(YamlSection map) => map.RequiredText("type") switch
    {
        "string" or null => DeclaredType.Text,
        "integer" => DeclaredType.WholeNumber,
        "number" => DeclaredType.Number,
        "boolean" => DeclaredType.Flag,
        var other => Refuse(map, other),
    };

    private static DeclaredType Refuse(YamlSection map, string type)
    {
        map.Fault("type", $"'{type}' is no type; write string, integer, number or boolean");
        return DeclaredType.Text;
    }

    // A text that looks like a number is a number to every other reader of YAML.
    private static string? TextOf(YamlNode node, string what, DeclaredType type, Action<string> fault)
    {
        if (type == DeclaredType.Text && !(node is { Kind: YamlKind.Scalar, IsPlain: false }))
        {
            return DefinitionValues.Check(node, what, fault);
        }

        if (node is { Kind: YamlKind.Scalar, IsNull: false })
        {
            return node.Value;
        }

        fault($"{what} must be {ValueDeclaration.Describe(type)}");
        return null;
    }

    private static decimal? ReadNumber(YamlSection map, string key)
    {
        if (!map.TryGet(key, YamlKind.Scalar, "a number", out var node))
        {
            return null;
        }

        if (decimal.TryParse(node.Value, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        map.Fault(key, $"'{key}' must be a number");
        return null;
    }
}
