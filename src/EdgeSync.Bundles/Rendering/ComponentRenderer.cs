using EdgeSync.Bundles.Archives;
using EdgeSync.Bundles.Definition;
using EdgeSync.Bundles.Linting;
using EdgeSync.Bundles.Metadata;
using EdgeSync.Primitives;

namespace EdgeSync.Bundles.Rendering;

/// <summary>Renders the kustomization or the chart of a component into files.</summary>
internal sealed class ComponentRenderer(string root, ComponentDefinition component, RenderOptions options)
{
    /// <summary>What the renderer cannot do, with file and line.</summary>
    public List<BundleFault> Faults { get; } = [];

    /// <summary>What people have to know of the hooks of a chart.</summary>
    public List<LintFinding> HookFindings { get; } = [];

    /// <summary>Files of the bundle's folder that are input, and are therefore not in the bundle.</summary>
    public Predicate<string> IsInput { get; private set; } = _ => false;

    /// <summary>Where the files come from; null after a fault.</summary>
    public RenderedSource? Source { get; private set; }

    public Task<IReadOnlyList<ArchiveFile>> RenderAsync(CancellationToken cancellationToken) =>
        component.Chart is { } chart ? RenderChartAsync(chart, cancellationToken) : KustomizeAsync(cancellationToken);

    private async Task<IReadOnlyList<ArchiveFile>> KustomizeAsync(CancellationToken cancellationToken)
    {
        var kustomization = new Kustomization(root, options.IsOffline);
        if (!kustomization.Visit(component.Path))
        {
            Fault($"there is no kustomization.yaml in '{component.Path}', which the component '{component.Name}' names");
        }

        IsInput = kustomization.Files.Contains;
        Faults.AddRange(kustomization.Faults);
        if (Faults.Count > 0)
        {
            return [];
        }

        string[] arguments = ["build", $"./{component.Path}"];
        var (program, name) = (RenderProgram.Find("kustomize", options), "kustomize build");
        if (program is null)
        {
            (program, name, arguments[0]) = (RenderProgram.Find("kubectl", options), "kubectl kustomize", "kustomize");
        }

        if (program is null)
        {
            Fault($"the component '{component.Name}' needs 'kustomize' or 'kubectl', and neither is in PATH; install one of them, or give the component what 'kustomize build' prints");
            return [];
        }

        var file = kustomization.Files.First(path => path.StartsWith(component.Path == "." ? "" : component.Path + "/", StringComparison.Ordinal) && IsIn(path, component.Path));
        var (output, problem) = await RenderProgram.RunAsync(program, arguments, root, options, cancellationToken);
        if (problem is not null)
        {
            Faults.Add(new BundleFault($"'{name}' {problem}", file));
            return [];
        }

        Source = new RenderedSource
        {
            By = "kustomize",
            From = component.Path,
            Bases = kustomization.Remotes.Count > 0 ? [.. kustomization.Remotes] : null,
            Digest = Digest.Of(output).ToString(),
        };
        return output.Length == 0 ? [] : [new ArchiveFile(Path.ChangeExtension(file, null) + ".rendered.yaml", output)];
    }

    private async Task<IReadOnlyList<ArchiveFile>> RenderChartAsync(ChartDefinition chart, CancellationToken cancellationToken)
    {
        IsInput = path => chart.Values.Contains(path, StringComparer.Ordinal) || (chart.IsLocal && (path == chart.Chart || chart.Chart == "." || path.StartsWith(chart.Chart + "/", StringComparison.Ordinal)));
        if (chart.IsLocal && !File.Exists(Path.Combine(root, chart.Chart)) && !File.Exists(Path.Combine(root, chart.Chart, "Chart.yaml")))
        {
            Fault($"'{chart.Chart}' is no chart: it is no archive, and no folder with a Chart.yaml");
        }

        foreach (var missing in chart.Values.Where(path => !File.Exists(Path.Combine(root, path))))
        {
            Fault(Directory.Exists(Path.Combine(root, missing)) ? $"'{missing}' is a folder, and 'values' names files" : $"the file of values '{missing}' does not exist");
        }

        if (options.IsOffline && !chart.IsLocal)
        {
            Fault($"the chart '{chart.Chart}' is remote, and nothing may be fetched (--offline); pull it into the bundle's folder and write its path");
        }

        var program = RenderProgram.Find("helm", options);
        if (program is null)
        {
            Fault($"the component '{component.Name}' needs 'helm', which is not in PATH; install it, or give the component what 'helm template' prints");
        }

        if (Faults.Count > 0)
        {
            return [];
        }

        var arguments = HelmArguments.Of(component, chart);
        var (output, problem) = await RenderProgram.RunAsync(program!, arguments, root, options, cancellationToken);
        var (again, problemAgain) = problem is null ? await RenderProgram.RunAsync(program!, arguments, root, options, cancellationToken) : ([], null);
        if ((problem ?? problemAgain) is { } words)
        {
            Fault($"'helm template' for the chart '{chart.Chart}' {words}");
            return [];
        }

        if (!output.AsSpan().SequenceEqual(again))
        {
            Fault($"the chart '{chart.Chart}' prints something else each time, such as a new password, certificate or time; set the values that it makes up");
            return [];
        }

        Source = new RenderedSource
        {
            By = "helm",
            From = chart.Repository is { } repository ? $"{repository.TrimEnd('/')}/{chart.Chart}" : chart.Chart,
            Version = chart.Version,
            Digest = Digest.Of(output).ToString(),
        };
        var parts = new ChartOutput(component);
        var files = parts.Split(output).ToList();
        HookFindings.AddRange(parts.HookFindings);
        return files;
    }

    private void Fault(string message) => Faults.Add(new BundleFault(message, BundleDefinition.FileName, component.Position.Line, component.Position.Column));

    private static bool IsIn(string path, string folder) => (Path.GetDirectoryName(path) is { Length: > 0 } parent ? parent : ".") == folder && Sources.ManifestNames.IsKustomization(path);
}
