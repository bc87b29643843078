using EdgeSync.Bundles.Linting;
using EdgeSync.Bundles.Rendering;
using EdgeSync.Bundles.Sources;
using EdgeSync.Testbed.Peers;

namespace EdgeSync.Bundles.Tests.Rendering;

/// <summary>Charts are rendered by a script in the place of helm; kustomizations by the real programs.</summary>
public sealed class RenderedComponentTests : IDisposable
{
    private const string Remote = "components:\n  - name: web\n    chart: {reference: oci://registry.example/charts/web, version: 1.2.3}\n";
    private const string Local = "components:\n  - name: web\n    namespace: shop\n    chart: {path: chart, values: [values.yaml], set: {image.tag: \"1.2\", names: 'a,b'}}\n";
    private readonly BundleFixture _bundle = new();
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(60));

    [Fact]
    public async Task LoadAsync_Chart_IsRenderedByTemplate()
    {
        Chart().Helm("printf '%s\\n' \"$@\" > arguments.txt; cat output.txt")
            .Write("output.txt", Map("web/templates/a.yaml", "a") + Map("web/templates/test.yaml", "t", "test"));

        var folder = await LoadAsync();

        Assert.Equal("web.chart/web/templates/a.yaml", Assert.Single(Assert.Single(folder.Components).Files).Path);
        Assert.Equal("template web ./chart --namespace shop --include-crds --values ./values.yaml --set-string image.tag=1.2 --set-string names=a\\,b".Split(' '), File.ReadAllLines(Path.Combine(_bundle.Source, "arguments.txt")));
        Assert.Equal(LintSeverity.Warning, Assert.Single(BundleLinter.Lint(folder), finding => finding.Rule == LintRules.HelmHook).Severity);
    }

    [Theory]
    [InlineData("hooks: run", "crd-install", "that EdgeSync cannot run as a Job at that moment")]
    [InlineData("hooks: refuse", "pre-install,pre-upgrade", "switch it off in the chart's values")]
    public async Task Lint_HookThatIsNotMapped_IsRefused(string hooks, string hook, string message)
    {
        Chart().Helm("cat output.txt").Write("output.txt", Map("web/templates/a.yaml", "a") + Map("web/templates/hook.yaml", "h", $"'{hook}'"));
        _bundle.Define(Local.Replace("path: chart", $"path: chart, {hooks}", StringComparison.Ordinal));

        var finding = Assert.Single(BundleLinter.Lint(await LoadAsync()), finding => finding.Rule == LintRules.HelmHook);

        Assert.Equal((LintSeverity.Error, "web.chart/web/templates/hook.yaml"), (finding.Severity, finding.File));
        Assert.Contains(message, finding.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("exec yes", "printed more than 16 MiB")]
    [InlineData("printf '\\033[31mError:\\033[0m no\\n' >&2; exit 1", "failed with exit code 1: Error: no")]
    [InlineData("echo \"# $$\"", "prints something else each time")]
    [InlineData("exec sleep 1000", "did not end within")]
    public async Task LoadAsync_ChartThatFails_SaysWhy(string script, string message)
    {
        Chart().Helm(script);

        var fault = Assert.Single((await LoadAsync(timeLimit: TimeSpan.FromSeconds(script.Contains("sleep", StringComparison.Ordinal) ? 1 : 30))).DefinitionFaults);

        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
        Assert.Equal(("bundle.yaml", 5), (fault.File, fault.Line));
        Assert.DoesNotContain('\u001b', fault.Message);
    }

    [Fact]
    public async Task LoadAsync_NoProgram_SaysWhatToInstall()
    {
        Chart();

        Assert.Contains("needs 'helm', which is not in PATH", Assert.Single((await LoadAsync()).DefinitionFaults).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LoadAsync_RemoteChartOffline_DoesNotRun()
    {
        _bundle.Define(Remote).Write("ran.txt", "no");
        Helm("echo yes > ran.txt");

        Assert.Contains("--offline", Assert.Single((await LoadAsync(isOffline: true)).DefinitionFaults).Message, StringComparison.Ordinal);
        Assert.Equal("no", File.ReadAllText(Path.Combine(_bundle.Source, "ran.txt")));
    }

    [Theory]
    [InlineData("chart: {reference: oci://registry.example/charts/web}", "has no 'version'")]
    [InlineData("chart: {reference: oci://registry.example/charts/web, version: ^1.2}", "no exact version")]
    [InlineData("chart: {repository: https://u:p@charts.example, name: web, version: 1.2.3}", "must not hold a password")]
    [InlineData("chart: {path: ../chart}", "must not leave the bundle's folder")]
    [InlineData("chart: {path: chart, values: [../v.yaml]}", "must not leave the bundle's folder")]
    [InlineData("chart: {path: chart, path2: x}", "'path2' is unknown")]
    [InlineData("{path: a, kustomize: b}", "only one of")]
    public async Task LoadAsync_WrongDefinition_IsRefused(string part, string message)
    {
        _bundle.Define($"components:\n  - {{name: web, {part.TrimStart('{').TrimEnd('}')}{(part[0] == 'c' ? "}" : "")}}}\n");

        Assert.Contains((await LoadAsync()).DefinitionFaults, fault => fault.Message.Contains(message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("https://git.example/a/b?ref=main", "is not pinned")]
    [InlineData("github.com/a/b", "is not pinned")]
    [InlineData("../../outside", "outside the bundle's folder")]
    [InlineData("missing", "there is no 'missing' here")]
    public async Task LoadAsync_BaseThatIsNotPinnedOrNotHere_IsRefused(string text, string message)
    {
        _bundle.Define("components:\n  - {name: web, kustomize: web}\n").Write("web/kustomization.yaml", $"resources:\n- {text}\n");

        var fault = Assert.Single((await LoadAsync()).DefinitionFaults);

        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
        Assert.Equal(("web/kustomization.yaml", 2), (fault.File, fault.Line));
    }

    [PeerTheory]
    [InlineData("kustomize")]
    [InlineData("kubectl")]
    public async Task BuildAsync_Overlay_GivesTheSameDigestEachTime(string program)
    {
        var path = program == "kustomize" ? (await PeerTool.KustomizeAsync()).Path : PeerTool.Installed(program).Path;
        using var other = new BundleFixture();
        var digests = new List<Primitives.Digest>();
        foreach (var bundle in new[] { _bundle, other })
        {
            var programs = Directory.CreateDirectory(bundle["programs"]).FullName;
            File.CreateSymbolicLink(Path.Combine(programs, program), path);
            bundle.Define("components:\n  - {name: web, kustomize: overlays/store}\n")
                .Write("base/kustomization.yaml", "resources: [map.yaml]\n").Write("base/map.yaml", Map("-", "a"))
                .Write("overlays/store/app.properties", "a=1\n")
                .Write("overlays/store/kustomization.yaml", """
                    resources: [../../base]
                    namespace: default
                    configMapGenerator: [{name: app, files: [app.properties]}]
                    patches: [{patch: '{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"b": "c"}}'}]
                    """);
            var built = await bundle.BuildAsync(
                await bundle.OpenAsync("out"), _limit.Token, new() { Rendering = new RenderOptions { ProgramFolders = [programs], IsOffline = true } });
            digests.Add(built.Descriptor.Digest);
            var component = Assert.Single(built.Metadata.Components);
            Assert.Equal(("overlays/store/kustomization.rendered.yaml", "kustomize"), (Assert.Single(component.Files), component.Rendered!.By));
            Assert.DoesNotContain(built.Findings, finding => finding.Rule is LintRules.FileUnused or LintRules.KustomizationInBundle);
        }

        Assert.Equal(digests[0], digests[1]);
    }

    [PeerFact]
    public async Task LoadAsync_BrokenKustomization_SaysWhatKustomizeSaid()
    {
        File.CreateSymbolicLink(Path.Combine(Programs, "kustomize"), (await PeerTool.KustomizeAsync()).Path);
        _bundle.Define("components:\n  - {name: web, kustomize: web}\n").Write("web/kustomization.yaml", "resurces: []\n");

        Assert.Contains("'kustomize build' failed with exit code 1: Error: ", Assert.Single((await LoadAsync()).DefinitionFaults).Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _bundle.Dispose();
        _limit.Dispose();
    }

    private string Programs => Directory.CreateDirectory(_bundle["programs"]).FullName;

    private static string Map(string source, string name, string? hook = null) =>
        $"---\n# Source: {source}\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\n  namespace: default\n{(hook is null ? "" : $"  annotations: {{helm.sh/hook: {hook}}}\n")}";

    private RenderedComponentTests Chart()
    {
        _bundle.Define(Local).Write("chart/Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n").Write("values.yaml", "{}\n");
        return this;
    }

    private BundleFixture Helm(string script)
    {
        var path = Path.Combine(Programs, "helm");
        File.WriteAllText(path, $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
        return _bundle;
    }

    private Task<BundleFolder> LoadAsync(bool isOffline = false, TimeSpan? timeLimit = null) => BundleFolder.LoadAsync(
        _bundle.Source, new RenderOptions { ProgramFolders = [Programs], IsOffline = isOffline, TimeLimit = timeLimit ?? TimeSpan.FromSeconds(30) }, _limit.Token);
}
