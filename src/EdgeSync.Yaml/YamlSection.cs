using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using EdgeSync.Primitives.Text;

namespace EdgeSync.Yaml;

/// <summary>
/// Reads the keys of one section. A fault is collected in the <see cref="YamlFile"/> and a substitute returned, so that reading goes on to the next fault; the
/// caller looks at the faults at the end. <see cref="YamlValues"/> reads values by type.
/// </summary>
public sealed partial class YamlSection
{
    private readonly YamlNode _section;
    private readonly string _path;
    private readonly List<string> _asked = [];

    internal YamlSection(YamlFile file, YamlNode section, string path)
    {
        File = file;
        _section = section;
        _path = path;
    }

    /// <summary>The file of the section.</summary>
    public YamlFile File { get; }

    /// <summary>Where the section begins.</summary>
    public TextPosition? Position => _section.Position;

    /// <summary>The value of a key; null when the key is missing.</summary>
    public YamlNode? Find(string key)
    {
        if (!_asked.Contains(key, StringComparer.Ordinal))
        {
            _asked.Add(key);
            File.KnownKeys.Add(ListIndex().Replace(FullKey(key), "[]"));
        }

        return _section[key];
    }

    /// <summary>Whether the key is present, even without a value.</summary>
    public bool Has(string key) => Find(key) is not null;

    /// <summary>Reports a fault of a key, at its value; with an empty key, or when the key is missing, at the section.</summary>
    public void Fault(string key, string problem) => File.Fault(_section[key] ?? _section, FullKey(key), problem);

    /// <summary>As <see cref="Fault"/>, but reading succeeds.</summary>
    public void Warn(string key, string problem)
    {
        var at = _section[key] ?? _section;
        File.Warnings.Add(new YamlFault(at.Source, at.Position, FullKey(key), problem));
    }

    /// <summary>The section of a key; an empty one when the key is missing.</summary>
    public T Section<T>(string key, Func<YamlSection, T> read)
    {
        var node = TryGet(key, YamlKind.Section, File.Rules.Section, out var section)
            ? section
            : new YamlNode(YamlKind.Section, _section.Source) { Position = _section.Position };
        return File.Read(node, read, FullKey(key));
    }

    /// <summary>The section of a key; null when the key is missing, or, with a fault, when it has no section.</summary>
    public T? OptionalSection<T>(string key, Func<YamlSection, T> read)
        where T : class? => TryGet(key, YamlKind.Section, File.Rules.Section, out var section) ? File.Read(section, read, FullKey(key)) : null;

    /// <summary>The list of sections of a key; empty when the key is missing.</summary>
    public IReadOnlyList<T> Sections<T>(string key, Func<YamlSection, T> read, string subject = "an entry")
    {
        var sections = new List<T>();
        foreach (var item in Items(key))
        {
            if (item.IsSection(subject))
            {
                sections.Add(item.Read(read));
            }
        }

        return sections;
    }

    /// <summary>The values of a list; empty when the key is missing.</summary>
    public IEnumerable<YamlItem> Items(string key) => TryGet(key, YamlKind.List, "a list", out var list)
        ? list.Items.Select((node, index) => new YamlItem(File, node, $"{FullKey(key)}[{index}]"))
        : [];

    /// <summary>The texts of a list, or a single text; empty when the key is missing. An empty list is a fault.</summary>
    public IReadOnlyList<YamlItem> TextItems(string key)
    {
        if (Find(key) is { Kind: YamlKind.Scalar } single)
        {
            return this.OptionalText(key) is not null ? [new YamlItem(File, single, FullKey(key))] : [];
        }

        RefuseEmptyList(key);
        return [.. Items(key).Where(item => item.IsText("a text"))];
    }

    /// <summary>Reports an empty list, because a reader cannot know whether it means all or none.</summary>
    public void RefuseEmptyList(string key)
    {
        if (Find(key) is { Kind: YamlKind.List, Items.Count: 0 })
        {
            Fault(key, "is an empty list; write what it is to hold, or leave the key out");
        }
    }

    /// <summary>The keys and texts of a section whose keys are free, such as labels; empty when the key is missing.</summary>
    public IReadOnlyDictionary<string, string> FreeTexts(string key, string example)
    {
        var texts = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, item) in FreeEntries(key, example))
        {
            if (item.Node is { Kind: YamlKind.Scalar, IsNull: false })
            {
                texts[name] = item.Text;
            }
            else
            {
                item.Fault(File.Rules.WrongShape(item.Node, $"'{name}'", "a text"));
            }
        }

        return texts;
    }

    /// <summary>The entries of a section whose keys are free; none when the key is missing.</summary>
    public IEnumerable<(string Name, YamlItem Item)> FreeEntries(string key, string example) =>
        TryGet(key, YamlKind.Section, $"{File.Rules.Section}, such as {example}", out var section)
            ? section.Entries.Select(entry => (entry.Key.Value, new YamlItem(File, entry.Value, $"{FullKey(key)}.{entry.Key.Value}")))
            : [];

    /// <summary>The value of a key when it has the wanted shape. False when the key is missing, or, with a fault, when it has no value or another shape.</summary>
    public bool TryGet(string key, YamlKind kind, string wanted, [NotNullWhen(true)] out YamlNode? node)
    {
        node = Find(key);
        if (node is { IsNull: true } && File.Rules.NoValue(key) is { } noValue)
        {
            File.Fault(_section.Find(key)!.Key, FullKey(key), noValue);
            node = null;
        }
        else if (node is not null && node.Kind != kind)
        {
            Fault(key, File.Rules.WrongShape(node, $"'{key}'", wanted));
            node = null;
        }

        return node is not null;
    }

    internal void RefuseUnknownKeys()
    {
        foreach (var entry in _section.Entries.Where(entry => !_asked.Exists(entry.IsCalled)))
        {
            var name = entry.Key.Value;
            File.Fault(entry.Key, FullKey(name), File.Rules.UnknownKey(name, NearestName.Find(name, _asked), _asked));
        }
    }

    private string FullKey(string key) => _path.Length == 0 ? key : key.Length == 0 ? _path : $"{_path}.{key}";

    [GeneratedRegex(@"\[\d+\]")]
    private static partial Regex ListIndex();
}
