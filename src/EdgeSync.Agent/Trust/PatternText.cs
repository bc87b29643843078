using EdgeSync.Signing.Sigstore;
using EdgeSync.Yaml;

namespace EdgeSync.Agent.Trust;

/// <summary>Reads names and patterns with stars.</summary>
internal static class PatternText
{
    /// <summary>An exact text under one key, or a pattern under another; null if there is not exactly one of them, with a fault if it is required.</summary>
    public static IdentityPattern? ReadOne(YamlSection reader, string exact, string pattern, bool isRequired)
    {
        var isExact = reader.Has(exact);
        if (isExact && reader.Has(pattern))
        {
            reader.Fault(pattern, $"contradicts {exact}; keep one of them");
            return null;
        }

        if (!isExact && isRequired && !reader.Has(pattern))
        {
            reader.Fault("", $"has neither {exact} nor {pattern}");
        }

        return ReadOptional(reader, isExact ? exact : pattern, isExact);
    }

    /// <summary>The pattern of a key; null when the key is missing.</summary>
    public static IdentityPattern? ReadOptional(YamlSection reader, string key, bool isExact = false) =>
        reader.OptionalText(key) is { } text ? Read(text, isExact, problem => reader.Fault(key, problem)) : null;

    /// <summary>The patterns of a list, or a single pattern.</summary>
    public static IReadOnlyList<IdentityPattern> ReadList(YamlSection reader, string key, Func<string, string?>? check = null)
    {
        var patterns = new List<IdentityPattern>();
        foreach (var item in reader.TextItems(key))
        {
            if (check?.Invoke(item.Text) is { } problem)
            {
                item.Fault(problem);
            }
            else if (Read(item.Text, isExact: false, item.Fault) is { } pattern)
            {
                patterns.Add(pattern);
            }
        }

        return patterns;
    }

    private static IdentityPattern? Read(string text, bool isExact, Action<string> fault)
    {
        if (text.Length > IdentityPattern.MaxLength)
        {
            fault($"is longer than {IdentityPattern.MaxLength} characters");
            return null;
        }

        if (!isExact && text.AsSpan().Trim('*').IsEmpty)
        {
            fault($"'{text}' matches everything; write what must be there, or leave the key out where that means everything");
            return null;
        }

        return isExact ? IdentityPattern.Exactly(text) : IdentityPattern.Like(text);
    }
}
