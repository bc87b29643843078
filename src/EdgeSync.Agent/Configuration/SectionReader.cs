using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace EdgeSync.Agent.Configuration;

/// <summary>
/// Reads the keys of one section by type. A fault is noted and a stand-in returned, so that reading goes on to the next fault; the loader
/// throws at the end. The values are in <c>SectionReader.Values.cs</c>.
/// </summary>
internal sealed partial class SectionReader(ReadingContext context, ConfigurationNode.Mapping mapping, string path)
{
    private readonly List<string> _asked = [];

    /// <summary>The keys asked for so far, in order.</summary>
    public IReadOnlyList<string> AskedKeys => _asked;

    public bool Has(string key) => mapping.Find(Ask(key)) is not null;

    /// <summary>Notes what is wrong with a key of this section; without the key, with the section itself.</summary>
    public void Fault(string key, string problem)
    {
        var entry = key.Length == 0 ? null : mapping.Find(key);
        context.Faults.Add(new ConfigurationFault(entry?.Value.Where ?? mapping.Where, Full(key), problem));
    }

    public void Warn(string key, string problem) =>
        context.Warnings.Add(new ConfigurationFault(mapping.Find(key)?.Value.Where ?? mapping.Where, Full(key), problem));

    /// <summary>The section under a key; an empty one when it is missing.</summary>
    public T Section<T>(string key, Func<SectionReader, T> read) => TryGet<ConfigurationNode.Mapping>(key, "a section with keys", out var section)
        ? Read(section, Full(key), read)
        : Read(new ConfigurationNode.Mapping(mapping.Where), Full(key), read);

    /// <summary>The section under a key, or null when it is missing.</summary>
    public T? OptionalSection<T>(string key, Func<SectionReader, T> read)
        where T : class? => Has(key) ? Section(key, read) : null;

    /// <summary>The list of sections under a key; empty when it is missing.</summary>
    public IReadOnlyList<T> Sections<T>(string key, Func<SectionReader, T> read)
    {
        var items = new List<T>();
        foreach (var (item, at) in Items(key))
        {
            if (item is ConfigurationNode.Mapping section)
            {
                items.Add(Read(section, at, read));
            }
            else
            {
                context.Faults.Add(new ConfigurationFault(item.Where, at, $"is {item.Kind}; write a section with keys"));
            }
        }

        return items;
    }

    /// <summary>The free keys of a section of texts, such as labels.</summary>
    public IReadOnlyDictionary<string, string> Texts(string key)
    {
        var texts = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (TryGet<ConfigurationNode.Mapping>(key, "a section with keys, such as {region: north}", out var section))
        {
            foreach (var entry in section.Entries)
            {
                if (entry.Value is ConfigurationNode.Scalar { IsNull: false } scalar)
                {
                    texts[entry.Name] = scalar.Value;
                }
                else
                {
                    context.Faults.Add(new ConfigurationFault(entry.Value.Where, $"{Full(key)}.{entry.Name}", $"is {entry.Value.Kind}; write a text"));
                }
            }
        }

        return texts;
    }

    private T Read<T>(ConfigurationNode.Mapping section, string at, Func<SectionReader, T> read)
    {
        var reader = new SectionReader(context, section, at);
        var value = read(reader);
        reader.RefuseUnknownKeys();
        return value;
    }

    /// <summary>Notes every key that nobody asked for. Called when the section is read.</summary>
    public void RefuseUnknownKeys()
    {
        foreach (var entry in mapping.Entries.Where(entry => !_asked.Exists(entry.IsCalled)))
        {
            var near = NearestKey.Find(entry.Name, _asked);
            var advice = near is not null ? $"did you mean '{near}'?" : $"the keys here are {string.Join(", ", _asked)}";
            context.Faults.Add(new ConfigurationFault(entry.Where, Full(entry.Name), $"unknown key; {advice}"));
        }
    }

    private IEnumerable<(ConfigurationNode Item, string Path)> Items(string key) =>
        TryGet<ConfigurationNode.Sequence>(key, "a list", out var list)
            ? list.Items.Select((item, index) => (item, $"{Full(key)}[{index}]"))
            : [];

    private bool TryGet<T>(string key, string wanted, [NotNullWhen(true)] out T? node)
        where T : ConfigurationNode
    {
        var value = mapping.Find(Ask(key))?.Value;
        node = value as T;
        if (value is not null && node is null)
        {
            Fault(key, $"is {value.Kind}; write {wanted}");
        }

        return node is not null;
    }

    private string Ask(string key)
    {
        if (!_asked.Contains(key, StringComparer.Ordinal))
        {
            _asked.Add(key);
            context.KnownKeys.Add(ListPlace().Replace(Full(key), "[]"));
        }

        return key;
    }

    private string Full(string key) => path.Length == 0 ? key : key.Length == 0 ? path : $"{path}.{key}";

    [GeneratedRegex(@"\[\d+\]")]
    private static partial Regex ListPlace();
}
