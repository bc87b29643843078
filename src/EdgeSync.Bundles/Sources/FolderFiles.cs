using EdgeSync.Bundles.Archives;
using EdgeSync.Bundles.Definition;

namespace EdgeSync.Bundles.Sources;

/// <summary>
/// Finds the manifests of a folder: every <c>.yaml</c>, <c>.yml</c> and <c>.json</c> in it and below, in an order that no file system decides.
/// </summary>
internal sealed class FolderFiles
{
    private const int MaxDepth = 32;
    private const string LayoutMark = "oci-layout";
    private readonly string _root;

    private FolderFiles(string root) => _root = root;

    /// <summary>The paths, relative and with forward slashes, sorted by their characters.</summary>
    public SortedSet<string> Manifests { get; } = new(StringComparer.Ordinal);

    /// <summary>The other files that could be meant to be in the bundle, sorted likewise.</summary>
    public SortedSet<string> Others { get; } = new(StringComparer.Ordinal);

    public List<BundleFault> Faults { get; } = [];

    /// <summary>Looks through the folder. Names that begin with a dot are passed over, and links are faults: they may lead anywhere.</summary>
    public static FolderFiles Find(string root)
    {
        var files = new FolderFiles(root);
        files.Walk(new DirectoryInfo(root), "", 0);
        return files;
    }

    /// <summary>The manifests of a component's path; null when there is no such file or folder.</summary>
    public IReadOnlyList<string>? Below(string path)
    {
        if (path == ".")
        {
            return [.. Manifests];
        }

        return Manifests.Contains(path) ? [path]
            : Directory.Exists(Path.Combine(_root, path)) ? [.. Manifests.Where(name => name.StartsWith(path + "/", StringComparison.Ordinal))]
            : null;
    }

    private void Walk(DirectoryInfo folder, string prefix, int depth)
    {
        // A layout of images, for 'from: oci:FOLDER' or from an earlier build; what is in it is not for people to write.
        if (File.Exists(Path.Combine(folder.FullName, LayoutMark)))
        {
            return;
        }

        foreach (var entry in folder.EnumerateFileSystemInfos().Where(entry => !entry.Name.StartsWith('.')))
        {
            var name = prefix + entry.Name;
            if (entry.LinkTarget is not null)
            {
                Faults.Add(new BundleFault("this is a link; a bundle takes plain files and folders only", name));
            }
            else if (entry is DirectoryInfo below)
            {
                if (depth < MaxDepth)
                {
                    Walk(below, name + "/", depth + 1);
                }
                else
                {
                    Faults.Add(new BundleFault($"folders are nested more than {MaxDepth} deep", name));
                }
            }
            else if (name != BundleDefinition.FileName && !ManifestNames.IsIgnored(name))
            {
                Add(name);
            }
        }
    }

    private void Add(string name)
    {
        if (!ManifestNames.IsManifest(name))
        {
            Others.Add(name);
        }
        else if (ArchivePath.Problem(name) is { } problem)
        {
            Faults.Add(new BundleFault($"a file of this name cannot go into a bundle: {problem}", name));
        }
        else
        {
            Manifests.Add(name);
        }
    }
}
