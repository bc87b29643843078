using EdgeSync.Oci.References;

namespace EdgeSync.Bundles.Metadata;

/// <summary>
/// The images that a bundle does not bring on purpose: references as the manifests write them, or the beginning of references with a <c>*</c> at its end.
/// </summary>
internal static class IgnoredImages
{
    /// <summary>Whether one of the entries means this image.</summary>
    public static bool Has(IReadOnlyList<string>? entries, string image) => entries?.Any(entry => Matches(entry, image)) == true;

    /// <summary>What is wrong with an entry, or null.</summary>
    public static string? Problem(string entry) =>
        entry is [.. var beginning, '*']
            ? beginning.Length > 0 && !beginning.Contains('*', StringComparison.Ordinal) ? null : $"'{entry}' would ignore everything, or has a '*' that is not at its end"
            : OciReference.TryParseImage(entry, out _) ? null : $"'{entry}' is neither an image name nor the beginning of one with a '*' at its end";

    private static bool Matches(string entry, string image) =>
        entry is [.. var beginning, '*'] ? image.StartsWith(beginning, StringComparison.Ordinal) : entry == image;
}
