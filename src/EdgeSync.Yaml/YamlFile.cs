namespace EdgeSync.Yaml;

/// <summary>A file while its sections are read: it collects what is wrong, so that a person sees every fault at once.</summary>
public sealed class YamlFile(string name, YamlRules rules)
{
    private static readonly TextPosition Start = new(1, 1);

    /// <summary>The name in the positions of faults.</summary>
    public string Name { get; } = name;

    /// <summary>What the file may contain.</summary>
    public YamlRules Rules { get; } = rules;

    /// <summary>The folder of relative paths; empty when the text has no folder.</summary>
    public string Folder { get; init; } = "";

    /// <summary>Whether the files that the text names must exist. Default: false.</summary>
    public bool ChecksFiles { get; init; }

    /// <summary>What is wrong.</summary>
    public List<YamlFault> Faults { get; } = [];

    /// <summary>What is allowed but probably a mistake.</summary>
    public List<YamlFault> Warnings { get; } = [];

    /// <summary>Every key that was asked for, list positions without number: <c>channels[].reference</c>.</summary>
    public SortedSet<string> KnownKeys { get; } = new(StringComparer.Ordinal);

    /// <summary>The root of the text; null, with a fault, when the text is not YAML or has another root. An empty text gives an empty section.</summary>
    public YamlNode? Parse(string text)
    {
        if (!new YamlParser(text, this, isStrict: true).TryParse(out var root))
        {
            return null;
        }

        if ((root is null || root.IsNull) && Rules.EmptyFile is null)
        {
            return new YamlNode(YamlKind.Section, Name) { Position = Start };
        }

        if (root is { Kind: YamlKind.Section })
        {
            return root;
        }

        Fault(root?.Position ?? Start, "", root is null ? Rules.EmptyFile! : Rules.RootIsNoSection(root));
        return null;
    }

    /// <summary>Reads a section with all its keys; a key that <paramref name="read"/> does not ask for is a fault.</summary>
    public T Read<T>(YamlNode section, Func<YamlSection, T> read, string path = "")
    {
        ArgumentNullException.ThrowIfNull(read);
        var reader = new YamlSection(this, section, path);
        var value = read(reader);
        reader.RefuseUnknownKeys();
        return value;
    }

    internal void Fault(YamlNode at, string key, string problem) => Faults.Add(new YamlFault(at.Source, at.Position, key, problem));

    /// <summary>Reports a fault.</summary>
    public void Fault(TextPosition? at, string key, string problem) => Faults.Add(new YamlFault(Name, at, key, problem));
}
