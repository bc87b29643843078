using EdgeSync.Yaml;

namespace EdgeSync.Bundles.Definition;

/// <summary>What <c>bundle.yaml</c> may contain, and the messages for what it may not.</summary>
internal sealed class BundleYamlRules : YamlRules
{
    public override int MaxDepth => 20;

    public override bool RefusesDirectives => true;

    public override string TooDeep => $"maps and lists are nested more than {MaxDepth} deep";

    public override string KeyIsNoWord => "a key must be a word";

    public override string AnchorOrTagUsed => "anchors and tags are not supported here";

    public override string AliasUsed => "anchors and aliases are not supported here";

    public override string SecondDocument => "the file has a second document; put manifests into files of their own";

    public override string EmptyFile => "the file is empty";

    public override string Section => "a map of keys and values";

    public override string NotYaml(string message) => message;

    public override string RootIsNoSection(YamlNode root) => WrongShape(root, "the file", Section);

    public override string Twice(YamlNode key, YamlNode first) => $"the key '{key.Value}' appears twice (first in line {first.Position?.Line})";

    public override string UnknownKey(string key, string? nearest, IReadOnlyList<string> known) =>
        $"the key '{key}' is unknown here; {(nearest is null ? "" : $"did you mean '{nearest}'? ")}known are {string.Join(", ", known)}";

    public override string WrongShape(YamlNode value, string subject, string wanted) => $"{subject} must be {wanted}";

    public override string NoValue(string key) => $"'{key}' has no value";

    public override string Missing(string key, string example) => $"'{key}' is missing";
}
