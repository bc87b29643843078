namespace EdgeSync.Yaml;

/// <summary>The shapes of a <see cref="YamlNode"/>.</summary>
public enum YamlKind
{
    /// <summary>A single value.</summary>
    Scalar,

    /// <summary>A list of values.</summary>
    List,

    /// <summary>Keys and values.</summary>
    Section,

    /// <summary>A reference to an anchor.</summary>
    Alias,
}

/// <summary>One value of a YAML file and the place where it is written.</summary>
public sealed class YamlNode(YamlKind kind, string source)
{
    /// <summary>The shape.</summary>
    public YamlKind Kind { get; } = kind;

    /// <summary>The file, or the environment variable that set the value.</summary>
    public string Source { get; } = source;

    /// <summary>Where the value begins; null when it comes from the environment.</summary>
    public TextPosition? Position { get; init; }

    /// <summary>Where the text of a scalar ends; for a list or section, where its first token ends.</summary>
    public TextPosition End { get; init; }

    /// <summary>The text of a scalar.</summary>
    public string Value { get; init; } = "";

    /// <summary>A scalar without quotes.</summary>
    public bool IsPlain { get; init; }

    /// <summary>A list or section that is written with brackets.</summary>
    public bool IsFlow { get; init; }

    /// <summary>The value has an anchor or a tag, or is an alias.</summary>
    public bool IsMarked { get; init; }

    /// <summary>The long form of the tag (<c>tag:yaml.org,2002:str</c>); empty when none is written.</summary>
    public string Tag { get; init; } = "";

    /// <summary>The value that an alias refers to.</summary>
    public YamlNode? Target { get; init; }

    /// <summary>The values of a list.</summary>
    public List<YamlNode> Items => field ??= [];

    /// <summary>The keys and values of a section, in the order of the file.</summary>
    public List<YamlEntry> Entries => field ??= [];

    /// <summary>A scalar with nothing in it, <c>~</c> or <c>null</c>, without quotes.</summary>
    public bool IsNull => Kind == YamlKind.Scalar && IsPlain && Value is "" or "~" or "null";

    /// <summary><c>file:line:column</c>, or the name of the variable.</summary>
    public string Where => Position is { } at ? $"{Source}:{at.Line}:{at.Column}" : Source;

    /// <summary>The value of a key of a section; null when the section has no such key.</summary>
    public YamlNode? this[string key] => Find(key)?.Value;

    /// <summary>The shape in words for a message.</summary>
    public string Description => Kind switch
    {
        YamlKind.List => "a list",
        YamlKind.Section => "a section with keys",
        _ => IsNull ? "nothing" : "a single value",
    };

    /// <summary>The content without its formatting. Equal content gives equal texts.</summary>
    public string Content() => Kind switch
    {
        YamlKind.List => $"[{string.Join(',', Items.Select(item => item.Content()))}]",
        YamlKind.Section => $"{{{string.Join(',', Entries.Select(entry => $"{entry.Key.Content()}:{entry.Value.Content()}"))}}}",
        _ => IsNull ? "null" : $"{Kind} {Value.Length} {Value}",
    };

    /// <summary>
    /// Parses one document of another program's file: anchors, tags and doubled keys are allowed. False with the fault when the text is not one YAML document;
    /// the root is null when the text holds nothing.
    /// </summary>
    public static bool TryParse(string text, out YamlNode? root, out YamlFault? fault)
    {
        var file = new YamlFile("", new ForeignYamlRules());
        new YamlParser(text, file, isStrict: false).TryParse(out root);
        fault = file.Faults.FirstOrDefault();
        return fault is null;
    }

    internal YamlEntry? Find(string key) => Entries.Find(entry => entry.IsCalled(key));
}

/// <summary>A key and its value.</summary>
/// <param name="Key">The key.</param>
/// <param name="Value">Its value.</param>
/// <param name="FromEnvironment">The key comes from a variable, whose name does not show case and underscores.</param>
public sealed record YamlEntry(YamlNode Key, YamlNode Value, bool FromEnvironment = false)
{
    internal bool IsCalled(string key) => FromEnvironment
        ? string.Equals(Key.Value.Replace("_", "", StringComparison.Ordinal), key, StringComparison.OrdinalIgnoreCase)
        : string.Equals(Key.Value, key, StringComparison.Ordinal);
}
