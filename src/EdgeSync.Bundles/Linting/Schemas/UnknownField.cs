using EdgeSync.Primitives.Text;

namespace EdgeSync.Bundles.Linting.Schemas;

/// <summary>Says why a field is not known, and what it may have been meant to be.</summary>
internal static class UnknownField
{
    /// <summary>The rest of a sentence that begins with the field.</summary>
    public static string Describe(string name, IEnumerable<string> known, string by = "Kubernetes knows")
    {
        var strange = name.FirstOrDefault(c => c > '~' || char.IsControl(c));
        var plain = new string([.. name.Where(c => c is > ' ' and <= '~')]);
        var nearest = known.FirstOrDefault(other => other == plain) ?? NearestName.Find(name, known);
        var meant = nearest is null ? "" : $"; did you mean '{nearest}'?";
        return strange == default ? $"is not a field that {by}{meant}"
            : $"is not a field that {by}: its name has {NameOf(strange)} in it, which cannot be seen{meant}";
    }

    /// <summary>Whether the object has an unknown field that was meant to be this one.</summary>
    public static bool IsMisspelt(string name, IEnumerable<string> written, IReadOnlyCollection<string> known) =>
        written.Any(other => !known.Contains(other) && NearestName.Find(other, known) == name);

    private static string NameOf(char c) => c switch
    {
        '\u00a0' => "a no-break space (U+00A0, often copied from a web page)",
        '\u200b' => "a zero-width space (U+200B)",
        '\ufeff' => "a byte order mark (U+FEFF)",
        _ => $"the character U+{(int)c:X4}",
    };
}
