namespace EdgeSync.Yaml;

/// <summary>What a file may contain, and the words for what it may not. The messages here are those of <c>edgesync.yaml</c> and <c>trust.yaml</c>.</summary>
public class YamlRules
{
    /// <summary>How deep lists and sections may be nested. Default: 12.</summary>
    public virtual int MaxDepth => 12;

    /// <summary>Whether a <c>%</c> directive is a fault. Default: false.</summary>
    public virtual bool RefusesDirectives => false;

    /// <summary>A list or section is nested more than <see cref="MaxDepth"/> deep; <see cref="NotYaml"/> completes the message.</summary>
    public virtual string TooDeep => "nested too deeply";

    /// <summary>A key is a list or a section.</summary>
    public virtual string KeyIsNoWord => NotYaml("a key must be a single word");

    /// <summary>The value has an anchor or a tag.</summary>
    public virtual string AnchorOrTagUsed => "anchors and tags are not used in the configuration; write the value itself";

    /// <summary>The value is an alias.</summary>
    public virtual string AliasUsed => "aliases are not used in the configuration; write the value itself";

    /// <summary>The file goes on after its first document.</summary>
    public virtual string SecondDocument => "a second document: the configuration is one YAML document";

    /// <summary>The file holds nothing; null when that means a section without keys.</summary>
    public virtual string? EmptyFile => null;

    /// <summary>What a section is called.</summary>
    public virtual string Section => "a section with keys";

    /// <summary>The parser cannot read the text.</summary>
    public virtual string NotYaml(string message) => $"this is not YAML: {message}";

    /// <summary>The root of the file is no section.</summary>
    public virtual string RootIsNoSection(YamlNode root) => $"the file holds {root.Description}; write keys and values, 'KEY: VALUE'";

    /// <summary>The section has the key twice.</summary>
    public virtual string Twice(YamlNode key, YamlNode first) => $"appears twice; the first is at {first.Where}; remove one";

    /// <summary>Nobody asked for this key.</summary>
    public virtual string UnknownKey(string key, string? nearest, IReadOnlyList<string> known) =>
        nearest is not null ? $"unknown key; did you mean '{nearest}'?" : $"unknown key; the keys here are {string.Join(", ", known)}";

    /// <summary>The value has another shape.</summary>
    public virtual string WrongShape(YamlNode value, string subject, string wanted) => $"is {value.Description}; write {wanted}";

    /// <summary>A key has no value; null when that is a value of the wrong shape.</summary>
    public virtual string? NoValue(string key) => null;

    /// <summary>A required key is missing.</summary>
    public virtual string Missing(string key, string example) => $"is missing; write '{key}: {example}'";
}

/// <summary>For files of other programs, which are edited and never judged.</summary>
internal sealed class ForeignYamlRules : YamlRules
{
    public override int MaxDepth => 20;

    public override string SecondDocument => "there is a second document";

    public override string NotYaml(string message) => message;
}
