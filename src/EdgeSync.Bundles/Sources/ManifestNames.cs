namespace EdgeSync.Bundles.Sources;

/// <summary>What the name of a file says about it. Folders and archives are read by the same rules.</summary>
internal static class ManifestNames
{
    /// <summary>The extensions of manifests, in the words of messages.</summary>
    public const string Extensions = ".yaml, .yml and .json";

    private static readonly string[] Manifests = [".yaml", ".yml", ".json"];
    private static readonly string[] Backups = ["~", ".bak", ".orig", ".rej", ".swp", ".swo", ".tmp"];
    private static readonly string[] Documents = [".md", ".txt", ".rst", ".adoc"];
    private static readonly string[] DocumentNames = ["README", "LICENSE", "LICENCE", "NOTICE", "CHANGELOG", "OWNERS", "CODEOWNERS"];

    /// <summary>Whether a file may hold objects.</summary>
    public static bool IsManifest(string path) => EndsWithAny(NameOf(path), Manifests) && !IsIgnored(path);

    /// <summary>
    /// Whether a file is passed over without a word: it, or a folder that it is in, is hidden (AppleDouble's <c>._*</c> too), or it is a backup of an
    /// editor or a text for people.
    /// </summary>
    public static bool IsIgnored(string path)
    {
        var name = NameOf(path);
        return path[0] == '.' || path.Contains("/.", StringComparison.Ordinal)
            || EndsWithAny(name, Backups) || (name[0] == '#' && name[^1] == '#')
            || EndsWithAny(name, Documents) || DocumentNames.Contains(name, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Whether it is the input of kustomize.</summary>
    public static bool IsKustomization(string path) => NameOf(path) is "kustomization.yaml" or "kustomization.yml" or "Kustomization";

    /// <summary>Whether it is the head of a Helm chart.</summary>
    public static bool IsChart(string path) => NameOf(path) is "Chart.yaml";

    private static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];

    private static bool EndsWithAny(string name, string[] endings) => Array.Exists(endings, ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase));
}
