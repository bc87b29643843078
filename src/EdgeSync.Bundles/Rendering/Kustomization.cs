using System.Text;
using System.Text.RegularExpressions;
using EdgeSync.Yaml;

namespace EdgeSync.Bundles.Rendering;

/// <summary>
/// What a kustomization reads, looked at before kustomize runs: its own files and bases, which must be in the bundle's folder, and remote ones, which must be
/// pinned.
/// </summary>
internal sealed partial class Kustomization(string root, bool isOffline)
{
    private const int MaxBytes = 1024 * 1024;
    private static readonly string[] Names = ["kustomization.yaml", "kustomization.yml", "Kustomization"];
    private static readonly string[] Lists = ["resources", "bases", "components", "crds", "configurations", "generators", "transformers", "validators"];
    private static readonly string[] Patches = ["patches", "patchesStrategicMerge", "patchesJson6902", "replacements"];
    private static readonly string[] Generators = ["configMapGenerator", "secretGenerator"];
    private static readonly string[] Charts = ["helmCharts", "helmChartInflationGenerator"];
    private readonly HashSet<string> _folders = new(StringComparer.Ordinal);

    public List<BundleFault> Faults { get; } = [];

    /// <summary>The files that it reads, by their path in the bundle's folder.</summary>
    public SortedSet<string> Files { get; } = new(StringComparer.Ordinal);

    /// <summary>Remote bases and files, as they are written.</summary>
    public SortedSet<string> Remotes { get; } = new(StringComparer.Ordinal);

    /// <summary>Looks through the kustomization of a folder and all its bases. False when the folder has none.</summary>
    public bool Visit(string folder)
    {
        if (!_folders.Add(folder))
        {
            return true;
        }

        if (Names.Select(name => folder == "." ? name : $"{folder}/{name}").FirstOrDefault(name => File.Exists(Path.Combine(root, name))) is not { } file)
        {
            return false;
        }

        Files.Add(file);
        if (new FileInfo(Path.Combine(root, file)).Length > MaxBytes)
        {
            Faults.Add(new BundleFault($"the kustomization has more than {MaxBytes} bytes", file));
        }
        else if (!YamlNode.TryParse(File.ReadAllText(Path.Combine(root, file), Encoding.UTF8), out var node, out var fault))
        {
            Faults.Add(new BundleFault($"the kustomization cannot be read: {fault!.Problem}", file, fault.Position?.Line ?? 1, fault.Position?.Column ?? 1));
        }
        else
        {
            foreach (var (key, value, _) in node?.Entries ?? [])
            {
                Read(key.Value, Follow(value), folder, file);
            }
        }

        return true;
    }

    private void Read(string key, YamlNode value, string folder, string file)
    {
        if (Has(Lists, key))
        {
            value.Items.Select(Follow).ToList().ForEach(item => Check(item, item.Value, folder, file));
        }
        else if (Has(Patches, key))
        {
            value.Items.Select(Follow).ToList().ForEach(item => CheckNode(item.Kind == YamlKind.Section ? item["path"] : item, folder, file));
        }
        else if (key.Equals("openapi", StringComparison.OrdinalIgnoreCase))
        {
            CheckNode(value["path"], folder, file);
        }
        else if (Has(Generators, key))
        {
            var sources = value.Items.Select(Follow).SelectMany(item => new[] { item["files"], item["envs"], item["env"] }).OfType<YamlNode>().Select(Follow);
            foreach (var source in sources.SelectMany(list => list.Kind == YamlKind.List ? list.Items : [list]).Select(Follow))
            {
                Check(source, source.Value[(source.Value.IndexOf('=', StringComparison.Ordinal) is var at && IsKey(source.Value, at) ? at + 1 : 0)..], folder, file);
            }
        }
        else if (Has(Charts, key))
        {
            Fault(value, file, $"'{key}' is not supported; make the chart a component of bundle.yaml with 'chart'");
        }

        static bool Has(string[] keys, string key) => keys.Contains(key, StringComparer.OrdinalIgnoreCase);
        static bool IsKey(string text, int at) => at > 0 && !text[..at].Contains("://", StringComparison.Ordinal);
    }

    private void CheckNode(YamlNode? node, string folder, string file)
    {
        if (node is not null && Follow(node) is { Kind: YamlKind.Scalar } text)
        {
            Check(text, text.Value, folder, file);
        }
    }

    private void Check(YamlNode node, string text, string folder, string file)
    {
        // Text of several lines is a patch or an object itself.
        if (node.Kind != YamlKind.Scalar || text.Length == 0 || text.Contains('\n', StringComparison.Ordinal))
        {
            return;
        }

        var local = text.Contains("://", StringComparison.Ordinal) ? null : Resolve(folder, text);
        if (local is not null && (File.Exists(Path.Combine(root, local)) || Directory.Exists(Path.Combine(root, local))))
        {
            CheckLocal(node, local, file);
        }
        else if (RemoteForm().IsMatch(text))
        {
            CheckRemote(node, text, file);
        }
        else
        {
            Fault(node, file, local is null
                ? $"'{text}' is outside the bundle's folder; a bundle is built from its own folder only"
                : $"there is no '{text}' here");
        }
    }

    private void CheckLocal(YamlNode node, string local, string file)
    {
        if (HasLink(local))
        {
            Fault(node, file, $"'{local}' is a link, or in a folder that is one; a bundle takes plain files and folders only");
        }
        else if (File.Exists(Path.Combine(root, local)))
        {
            Files.Add(local);
        }
        else if (!Visit(local))
        {
            Fault(node, file, $"there is no kustomization.yaml in '{local}'");
        }
    }

    private void CheckRemote(YamlNode node, string text, string file)
    {
        Remotes.Add(text);
        if (isOffline)
        {
            Fault(node, file, $"'{text}' is remote, and nothing may be fetched (--offline); copy it into the bundle's folder");
        }
        else if (Credentials().IsMatch(text))
        {
            Fault(node, file, "a remote base must not hold a password; let git's own configuration have it");
        }
        else if (!Pinned().IsMatch(text))
        {
            Fault(node, file, $"the remote base '{text}' is not pinned, so that another one could come tomorrow; add ?ref= with a full commit or an exact version, or copy it into the bundle's folder");
        }
    }

    private void Fault(YamlNode node, string file, string message) =>
        Faults.Add(new BundleFault(message, file, node.Position?.Line ?? 1, node.Position?.Column ?? 1));

    private bool HasLink(string local)
    {
        var path = root;
        return local.Split('/').Any(part => new FileInfo(path = Path.Combine(path, part)).LinkTarget is not null);
    }

    // The path in the bundle's folder, or null when it is outside.
    private static string? Resolve(string folder, string text)
    {
        var parts = new List<string>(folder == "." ? [] : folder.Split('/'));
        foreach (var part in text.Split('/').Where((part, index) => index == 0 || part.Length > 0))
        {
            if (part.Length == 0 || (part == ".." && parts.Count == 0))
            {
                return null;
            }

            if (part == "..")
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else if (part != ".")
            {
                parts.Add(part);
            }
        }

        return parts.Count == 0 ? "." : string.Join('/', parts);
    }

    private static YamlNode Follow(YamlNode node) => node.Target ?? node;

    [GeneratedRegex(@"://|\Agit@|\Agit::|\Agh:|\?|\.git(/|\z)|\A[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(:\d+)?/", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex RemoteForm();

    [GeneratedRegex(@"://[^/@]*:[^/@]*@", RegexOptions.CultureInvariant)]
    private static partial Regex Credentials();

    [GeneratedRegex(@"[?&](ref|version)=([0-9a-f]{40}|([\w.-]+/)*v?\d+\.\d+\.\d+([-+][\w.+-]+)?)(&|\z)", RegexOptions.CultureInvariant)]
    private static partial Regex Pinned();
}
