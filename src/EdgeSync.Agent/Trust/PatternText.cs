using EdgeSync.Agent.Configuration;
using EdgeSync.Signing.Sigstore;

namespace EdgeSync.Agent.Trust;

/// <summary>Names and patterns with stars.</summary>
internal static class PatternText
{
    /// <summary>An exact text under one key, or a pattern under another; null where neither is there or both are.</summary>
    public static IdentityPattern? ReadOne(SectionReader reader, string exact, string pattern, bool isRequired)
    {
        var isExact = reader.Has(exact);
        if (isExact && reader.Has(pattern))
        {
            reader.Fault(pattern, $"contradicts {exact}; keep one of them");
            return null;
        }

        if (!isExact && !reader.Has(pattern))
        {
            if (isRequired)
            {
                reader.Fault("", $"has neither {exact} nor {pattern}");
            }

            return null;
        }

        var key = isExact ? exact : pattern;
        return reader.OptionalText(key) is { } text ? Read(text, isExact, problem => reader.Fault(key, problem)) : null;
    }

    /// <summary>The patterns of a list, or one by itself.</summary>
    public static IReadOnlyList<IdentityPattern> ReadList(SectionReader reader, string key, Func<string, string?>? check = null)
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

    /// <summary>The pattern; null with a fault for one that says nothing.</summary>
    public static IdentityPattern? Read(string text, bool isExact, Action<string> fault)
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
