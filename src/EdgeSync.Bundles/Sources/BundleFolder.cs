using EdgeSync.Bundles.Archives;
using EdgeSync.Bundles.Building;
using EdgeSync.Bundles.Definition;
using EdgeSync.Bundles.Linting;
using EdgeSync.Bundles.Metadata;
using EdgeSync.Bundles.Reading;
using EdgeSync.Bundles.Rendering;
using EdgeSync.Bundles.Values;
using EdgeSync.Kubernetes.Hooks;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Bundles.Sources;

/// <summary>
/// A folder that a bundle is built from, as far as it can be read: its definition, its files, their objects, and everything that is wrong with
/// them.
/// </summary>
public sealed class BundleFolder
{
    private BundleFolder(string path) => Path = path;

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>The content of <c>bundle.yaml</c>; null when it cannot be read.</summary>
    public BundleDefinition? Definition { get; private set; }

    /// <summary>The components, in the order of the definition.</summary>
    public IReadOnlyList<FolderComponent> Components { get; private set; } = [];

    /// <summary>Files that are not in the bundle, sorted; not those that are ignored by their name (docs/bundle.md).</summary>
    public IReadOnlyList<UnusedFile> UnusedFiles { get; private set; } = [];

    /// <summary>What is wrong with <c>bundle.yaml</c> and with the files that it names.</summary>
    public IReadOnlyList<BundleFault> DefinitionFaults { get; private set; } = [];

    /// <summary>What is wrong with the manifests.</summary>
    public IReadOnlyList<BundleFault> ManifestFaults { get; private set; } = [];

    /// <summary>What people have to know of the hooks of charts, each with the template that has it.</summary>
    public IReadOnlyList<LintFinding> HookFindings { get; private set; } = [];

    /// <summary>All objects of all components, each with its place.</summary>
    public IEnumerable<KubernetesObject> Objects => Components.SelectMany(component => component.Objects);

    /// <summary>
    /// All objects, and the hooks among them apart, as a site with these values applies a bundle of this folder: with the namespaces of their components. Throws
    /// <see cref="BundleException"/> as <see cref="BundleReader"/> does. There must be a definition, and nothing wrong with a hook.
    /// </summary>
    public (IReadOnlyList<KubernetesObject> Objects, IReadOnlyList<Hook> Hooks) PlaceFor(ValueSources values)
    {
        var metadata = BundlePacker.Describe(this, images: []);
        var files = Components.SelectMany(component => component.Files).ToDictionary(file => file.Path, StringComparer.Ordinal);
        var adaptation = metadata.IsAdapted ? new BundleAdaptation(metadata, values, files) : null;
        var scopes = new ObjectScopes(Objects);
        List<KubernetesObject> objects =
        [
            .. Components.Zip(metadata.Components).Where(pair => adaptation?.IsEnabled(pair.Second.Name) != false)
                .SelectMany(pair => pair.First.Objects.Select(item =>
                    (adaptation?.Fill(item) ?? item).WithNamespace(scopes.NamespaceOf(item, pair.Second.Namespace)).WithIgnore(metadata.IgnoreOf(pair.Second)))),
        ];
        adaptation?.Complete();
        return ([.. objects.Where(item => !Hook.IsOne(item))], [.. objects.Where(Hook.IsOne).Select(Hook.Read).OrderBy(hook => hook.Weight)]);
    }

    /// <summary>As the other one, with the default <see cref="RenderOptions"/>.</summary>
    public static Task<BundleFolder> LoadAsync(string path, CancellationToken cancellationToken) => LoadAsync(path, new RenderOptions(), cancellationToken);

    /// <summary>
    /// Reads a folder, and renders its kustomizations and charts. Errors in its files, and of the programs that render, become faults. Throws <see cref="BundleException"/> when the folder or <c>bundle.yaml</c> does not exist, and
    /// <see cref="StorageException"/> when it cannot be read.
    /// </summary>
    public static async Task<BundleFolder> LoadAsync(string path, RenderOptions options, CancellationToken cancellationToken)
    {
        var definitionPath = System.IO.Path.Combine(path, BundleDefinition.FileName);
        if (!File.Exists(definitionPath))
        {
            throw new BundleException(Directory.Exists(definitionPath) ? $"'{definitionPath}' is a folder, and a file is expected" : $"there is no {BundleDefinition.FileName} in '{path}'")
            {
                Subject = path,
                Hint = "Write one with schema: edgesync.dev/bundle/v1, a name and a version; docs/bundle.md describes every key.",
            };
        }

        try
        {
            var folder = new BundleFolder(path);
            await folder.ReadAsync(definitionPath, options, cancellationToken);
            return folder;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StorageException("ReadFailed", $"cannot read the folder '{path}': {failure.Message}", failure)
            {
                Subject = path,
                ExitCode = ExitCodes.BadInput,
            };
        }
    }

    private async Task ReadAsync(string definitionPath, RenderOptions options, CancellationToken cancellationToken)
    {
        var definitionFaults = new List<BundleFault>();
        var manifestFaults = new List<BundleFault>();
        try
        {
            Definition = BundleDefinitionReader.Read(await File.ReadAllBytesAsync(definitionPath, cancellationToken));
        }
        catch (BundleException failure)
        {
            definitionFaults.AddRange(failure.Faults);
        }

        var files = FolderFiles.Find(Path);
        definitionFaults.AddRange(files.Faults);

        // The manifests are read even without a definition, so that one run reports everything.
        var components = Definition?.EffectiveComponents ?? [new ComponentDefinition { Name = "bundle", Path = "." }];
        var owners = new Dictionary<string, string>(StringComparer.Ordinal);
        var read = new List<FolderComponent>();
        var unused = new List<UnusedFile>();
        var renderers = new List<ComponentRenderer>();
        foreach (var component in components)
        {
            if (component.IsKustomization || component.Chart is not null)
            {
                renderers.Add(new ComponentRenderer(Path, component, options));
                read.Add(await RenderAsync(component, renderers[^1], manifestFaults, cancellationToken));
                continue;
            }

            var names = Claim(component, files, owners, definitionFaults);
            read.Add(await ReadComponentAsync(component, names, manifestFaults, unused, cancellationToken));
        }

        Components = read;
        unused.AddRange(files.Manifests.Where(name => !owners.ContainsKey(name)).Select(name => new UnusedFile(name, UnusedReason.NoComponent)));
        unused.AddRange(files.Others.Select(name => new UnusedFile(name, UnusedReason.NoManifest)));
        definitionFaults.AddRange(renderers.SelectMany(renderer => renderer.Faults));
        HookFindings = [.. renderers.SelectMany(renderer => renderer.HookFindings)];
        unused.RemoveAll(file => !owners.ContainsKey(file.Path) && renderers.Exists(renderer => renderer.IsInput(file.Path)));
        UnusedFiles = [.. unused.OrderBy(file => file.Path, StringComparer.Ordinal)];
        DefinitionFaults = definitionFaults;
        ManifestFaults = manifestFaults;
    }

    private static List<string> Claim(
        ComponentDefinition component, FolderFiles files, Dictionary<string, string> owners, List<BundleFault> faults)
    {
        var at = component.Position;
        if (files.Below(component.Path) is not { } names)
        {
            faults.Add(new BundleFault(
                $"the path '{component.Path}' of the component '{component.Name}' is no folder and no manifest here", BundleDefinition.FileName, at.Line, at.Column));
            return [];
        }

        var claimed = new List<string>();
        foreach (var name in names)
        {
            if (owners.TryAdd(name, component.Name))
            {
                claimed.Add(name);
            }
            else
            {
                faults.Add(new BundleFault(
                    $"the file '{name}' belongs to the components '{owners[name]}' and '{component.Name}'; it can be in one only",
                    BundleDefinition.FileName, at.Line, at.Column));
            }
        }

        return claimed;
    }

    private static async Task<FolderComponent> RenderAsync(
        ComponentDefinition component, ComponentRenderer renderer, List<BundleFault> faults, CancellationToken cancellationToken)
    {
        var files = await renderer.RenderAsync(cancellationToken);
        var objects = new List<KubernetesObject>();
        foreach (var file in files)
        {
            try
            {
                objects.AddRange(ManifestReader.Read(file.Content, file.Path));
            }
            catch (ManifestException failure)
            {
                faults.AddRange(failure.Faults.Select(fault => new BundleFault(fault.Message, fault.File, fault.Line, fault.Column)));
            }
        }

        return new FolderComponent(component, files, objects) { Rendered = renderer.Source };
    }

    private async Task<FolderComponent> ReadComponentAsync(
        ComponentDefinition component, List<string> names, List<BundleFault> faults, List<UnusedFile> unused, CancellationToken cancellationToken)
    {
        var files = new List<ArchiveFile>();
        var objects = new List<KubernetesObject>();
        foreach (var name in names)
        {
            var path = System.IO.Path.Combine(Path, name);
            if (new FileInfo(path).Length > ArchiveLimits.MaxFileSize)
            {
                faults.Add(new BundleFault($"the file has more than {ArchiveLimits.MaxFileSize} bytes", name));
                continue;
            }

            var file = new ArchiveFile(name, await File.ReadAllBytesAsync(path, cancellationToken));
            try
            {
                objects.AddRange(ManifestReader.Read(file.Content, name));
                files.Add(file);
            }
            catch (ManifestException) when (!ManifestReader.HasObjects(file.Content))
            {
                unused.Add(new UnusedFile(name, UnusedReason.NoObject));
            }
            catch (ManifestException) when (ManifestNames.IsChart(name))
            {
                faults.Add(new BundleFault("this is a Helm chart; put what 'helm template' prints into the bundle", name));
            }
            catch (ManifestException failure)
            {
                faults.AddRange(failure.Faults.Select(fault => new BundleFault(fault.Message, fault.File, fault.Line, fault.Column)));
            }
        }

        return new FolderComponent(component, files, objects);
    }
}

/// <summary>A component of a <see cref="BundleFolder"/>.</summary>
/// <param name="Definition">Its entry in the definition.</param>
/// <param name="Files">Its files by their path in the folder, sorted.</param>
/// <param name="Objects">The objects in them, each with its place.</param>
public sealed record FolderComponent(
    ComponentDefinition Definition, IReadOnlyList<ArchiveFile> Files, IReadOnlyList<KubernetesObject> Objects)
{
    /// <summary>What the files were rendered from; null for plain manifests.</summary>
    public RenderedSource? Rendered { get; init; }
}

/// <summary>A file of a <see cref="BundleFolder"/> that is not in the bundle.</summary>
/// <param name="Path">Its path in the folder.</param>
/// <param name="Reason">Why it is not.</param>
public sealed record UnusedFile(string Path, UnusedReason Reason);

/// <summary>Why a file is not in the bundle.</summary>
public enum UnusedReason
{
    /// <summary>Its extension is not one of a manifest.</summary>
    NoManifest,

    /// <summary>It is a manifest that belongs to no component.</summary>
    NoComponent,

    /// <summary>None of its documents is an object of Kubernetes: it is the values of a chart, or the configuration of a tool.</summary>
    NoObject,
}
