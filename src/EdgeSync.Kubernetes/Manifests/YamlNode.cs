using EdgeSync.Yaml;

namespace EdgeSync.Kubernetes.Manifests;

/// <summary>One node of a parsed YAML document, before anything is decided about types.</summary>
internal abstract class YamlNode(TextPosition position)
{
    public TextPosition Position { get; } = position;

    internal sealed class Scalar(TextPosition position, string value, string tag, bool isPlain) : YamlNode(position)
    {
        public string Value { get; } = value;

        /// <summary>The long tag (<c>tag:yaml.org,2002:str</c>), empty if none was written.</summary>
        public string Tag { get; } = tag;

        /// <summary>Neither quoted nor tagged: its type follows from its text.</summary>
        public bool IsPlain { get; } = isPlain;
    }

    internal sealed class Mapping(TextPosition position) : YamlNode(position)
    {
        public List<(YamlNode Key, YamlNode Value)> Entries { get; } = [];
    }

    internal sealed class Sequence(TextPosition position) : YamlNode(position)
    {
        public List<YamlNode> Items { get; } = [];
    }

    internal sealed class Alias(TextPosition position, string name, YamlNode target) : YamlNode(position)
    {
        public string Name { get; } = name;

        public YamlNode Target { get; } = target;
    }
}
