namespace EdgeSync.Yaml;

/// <summary>One value of a list, or a value that may be given in place of a list.</summary>
public sealed class YamlItem
{
    private readonly YamlFile _file;
    private readonly string _path;

    internal YamlItem(YamlFile file, YamlNode node, string path)
    {
        _file = file;
        _path = path;
        Node = node;
    }

    /// <summary>The value.</summary>
    public YamlNode Node { get; }

    /// <summary>The text of a scalar.</summary>
    public string Text => Node.Value;

    /// <summary>Reports a fault of this value.</summary>
    public void Fault(string problem) => _file.Fault(Node, _path, problem);

    /// <summary>Whether the value is a section; otherwise a fault.</summary>
    public bool IsSection(string subject) => Is(Node.Kind == YamlKind.Section, subject, _file.Rules.Section);

    /// <summary>Whether the value is a text with something in it; otherwise a fault.</summary>
    public bool IsText(string wanted) => Is(Node is { Kind: YamlKind.Scalar, IsNull: false, Value.Length: > 0 }, "an entry", wanted);

    /// <summary>Reads the value as a section.</summary>
    public T Read<T>(Func<YamlSection, T> read) => _file.Read(Node, read, _path);

    private bool Is(bool isRight, string subject, string wanted)
    {
        if (!isRight)
        {
            Fault(_file.Rules.WrongShape(Node, subject, wanted));
        }

        return isRight;
    }
}
