using System.Globalization;
using EdgeSync.Primitives;

namespace EdgeSync.Agent.Configuration;

internal sealed partial class SectionReader
{
    /// <summary>A text, or null when the key is missing.</summary>
    public string? OptionalText(string key)
    {
        if (!TryGet<ConfigurationNode.Scalar>(key, "a single value", out var scalar))
        {
            return null;
        }

        if (scalar.IsNull || scalar.Value.Length == 0)
        {
            Fault(key, "has no value; write one or remove the key");
            return null;
        }

        return scalar.Value;
    }

    /// <summary>A text that must be there; <paramref name="example"/> is what the message shows.</summary>
    public string Text(string key, string example)
    {
        if (!Has(key))
        {
            Fault(key, $"is missing; write '{key}: {example}'");
        }

        return OptionalText(key) ?? "";
    }

    /// <summary>A name by the rule of <see cref="EntityName"/>.</summary>
    public string Name(string key, string example)
    {
        var name = Text(key, example);
        if (name.Length > 0 && !EntityName.IsValid(name))
        {
            Fault(key, $"'{name}' is no name; {EntityName.Rule}");
        }

        return name;
    }

    public string OptionalName(string key, string fallback) => Has(key) ? Name(key, fallback) : fallback;

    public bool Flag(string key, bool fallback) => Choice(key, fallback, ("true", true), ("false", false));

    /// <summary>One of a few words.</summary>
    public T Choice<T>(string key, T fallback, params ReadOnlySpan<(string Word, T Value)> choices)
    {
        if (OptionalText(key) is not { } text)
        {
            return fallback;
        }

        var words = new List<string>();
        foreach (var (word, value) in choices)
        {
            if (string.Equals(word, text, StringComparison.Ordinal))
            {
                return value;
            }

            words.Add(word);
        }

        Fault(key, $"'{text}' is not known; write {string.Join(" or ", words)}");
        return fallback;
    }

    public int Number(string key, int fallback, int least, int most)
    {
        if (OptionalText(key) is not { } text)
        {
            return fallback;
        }

        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
        {
            return number;
        }

        Fault(key, $"'{text}' is no number from {least} to {most}");
        return fallback;
    }

    public TimeSpan Duration(string key, TimeSpan fallback, TimeSpan least, TimeSpan most)
    {
        if (OptionalText(key) is not { } text)
        {
            return fallback;
        }

        if (!UnitText.TryDuration(text, out var duration, out var problem))
        {
            Fault(key, problem);
        }
        else if (duration < least || duration > most)
        {
            Fault(key, $"'{text}' is out of bounds; write {UnitText.Duration(least)} to {UnitText.Duration(most)}");
        }
        else
        {
            return duration;
        }

        return fallback;
    }

    public long Size(string key, long fallback, long least)
    {
        if (OptionalText(key) is not { } text)
        {
            return fallback;
        }

        if (!UnitText.TrySize(text, out var size, out var problem))
        {
            Fault(key, problem);
        }
        else if (size < least)
        {
            Fault(key, $"'{text}' is too small; write {least >> 20}MiB or more");
        }
        else
        {
            return size;
        }

        return fallback;
    }

    public double Share(string key, double fallback)
    {
        if (OptionalText(key) is not { } text)
        {
            return fallback;
        }

        if (UnitText.TryShare(text, out var share, out var problem))
        {
            return share;
        }

        Fault(key, problem);
        return fallback;
    }

    /// <summary>A folder that need not be there yet.</summary>
    public string Folder(string key, string fallback) => Path.GetFullPath(OptionalText(key) ?? fallback, context.Folder);

    /// <summary>A file that must be there and readable, or null when the key is missing.</summary>
    public string? OptionalFile(string key)
    {
        if (OptionalText(key) is not { } text)
        {
            return null;
        }

        var full = Path.GetFullPath(text, context.Folder);
        CheckFile(full, problem => Fault(key, problem));
        return full;
    }

    /// <summary>A file that must be given, there and readable.</summary>
    public string File(string key, string example)
    {
        if (!Has(key))
        {
            Fault(key, $"is missing; write '{key}: {example}'");
        }

        return OptionalFile(key) ?? "";
    }

    /// <summary>A file with a secret: as <see cref="OptionalFile"/>, and others should not be able to read it.</summary>
    public string? OptionalSecretFile(string key)
    {
        const UnixFileMode Others = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.GroupWrite;
        var file = OptionalFile(key);
        if (context.CheckFiles && file is not null && System.IO.File.Exists(file) && (System.IO.File.GetUnixFileMode(file) & Others) != 0)
        {
            Warn(key, $"every user of this machine can read or change '{file}'; run 'chmod 600 {file}'");
        }

        return file;
    }

    /// <summary>The files of a list; no file twice.</summary>
    public IReadOnlyList<string> Files(string key)
    {
        var files = new List<string>();
        foreach (var (item, at) in Items(key))
        {
            void Note(string problem) => context.Faults.Add(new ConfigurationFault(item.Where, at, problem));
            if (item is not ConfigurationNode.Scalar { IsNull: false, Value.Length: > 0 } scalar)
            {
                Note($"is {item.Kind}; write the path of a file");
                continue;
            }

            var full = Path.GetFullPath(scalar.Value, context.Folder);
            CheckFile(full, Note);
            if (files.Contains(full, StringComparer.Ordinal))
            {
                Note($"'{full}' stands twice; one key counts once");
            }

            files.Add(full);
        }

        return files;
    }

    /// <summary>The texts of a list, or one text by itself; empty when the key is missing. A list with nothing in it is a fault.</summary>
    public IReadOnlyList<(string Text, Action<string> Fault)> TextItems(string key)
    {
        if (mapping.Find(Ask(key))?.Value is ConfigurationNode.Scalar)
        {
            return OptionalText(key) is { } only ? [(only, problem => Fault(key, problem))] : [];
        }

        var texts = new List<(string, Action<string>)>();
        foreach (var (item, at) in Items(key))
        {
            void Note(string problem) => context.Faults.Add(new ConfigurationFault(item.Where, at, problem));
            if (item is ConfigurationNode.Scalar { IsNull: false, Value.Length: > 0 } scalar)
            {
                texts.Add((scalar.Value, Note));
            }
            else
            {
                Note($"is {item.Kind}; write a text");
            }
        }

        RefuseEmptyList(key);
        return texts;
    }

    /// <summary>Notes a list with nothing in it: whether it means all or none is what nobody should have to guess.</summary>
    public void RefuseEmptyList(string key)
    {
        if (mapping.Find(key)?.Value is ConfigurationNode.Sequence { Items.Count: 0 })
        {
            Fault(key, "is an empty list; write what it is to hold, or leave the key out");
        }
    }

    private void CheckFile(string file, Action<string> fault)
    {
        if (!context.CheckFiles)
        {
            return;
        }

        if (Directory.Exists(file))
        {
            fault($"'{file}' is a folder; write the path of a file");
            return;
        }

        try
        {
            using var opened = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            fault($"no such file '{file}'; a relative path begins at {context.Folder}");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            fault($"cannot read '{file}': {failure.Message}");
        }
    }
}
