using EdgeSync.Bundles.Linting;
using EdgeSync.Bundles.Sources;
using EdgeSync.Testing;

namespace EdgeSync.Bundles.Tests.Linting;

public sealed class BundleFolderTests : IDisposable
{
    private const string Definition = "schema: edgesync.dev/bundle/v1\nname: shop\nversion: \"1\"\n";
    private readonly TempDirectory _folder = new();
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(30));

    [Fact]
    public async Task LoadAsync_NoDefinition_SaysHowToBegin()
    {
        var failure = await Assert.ThrowsAsync<BundleException>(() => BundleFolder.LoadAsync(_folder.Path, _limit.Token));

        Assert.Contains("bundle.yaml", failure.Message, StringComparison.Ordinal);
        Assert.Contains("schema: edgesync.dev/bundle/v1", failure.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LoadAsync_Links_AreNotFollowed()
    {
        File.WriteAllText(_folder["bundle.yaml"], Definition);
        File.CreateSymbolicLink(_folder["passwd.yaml"], "/etc/passwd");
        Directory.CreateSymbolicLink(_folder["round"], _folder.Path);

        var folder = await BundleFolder.LoadAsync(_folder.Path, _limit.Token);

        Assert.Equal(["passwd.yaml", "round"], folder.DefinitionFaults.Select(fault => fault.File).Order());
        Assert.Empty(folder.Objects);
    }

    [Fact]
    public async Task LoadAsync_Files_HaveTheSameOrderOnEverySystem()
    {
        File.WriteAllText(_folder["bundle.yaml"], Definition);
        foreach (var name in new[] { "b.yaml", "a/z.yml", "a.yaml", "a-b/c.yaml", "B.yaml", "readme.md", "a/values.json" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
            File.WriteAllText(_folder[name], $"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: x, namespace: default}}\ndata: {{from: {name}}}\n");
        }

        var folder = await BundleFolder.LoadAsync(_folder.Path, _limit.Token);

        Assert.Equal(["B.yaml", "a-b/c.yaml", "a.yaml", "a/values.json", "a/z.yml", "b.yaml"], Assert.Single(folder.Components).Files.Select(file => file.Path));
        Assert.Equal(5, BundleLinter.Lint(folder).Count(finding => finding.Rule == LintRules.ObjectDuplicate));
    }

    [Fact]
    public async Task LoadAsync_ManifestsOfAnyExtension_AreRead()
    {
        File.WriteAllText(_folder["bundle.yaml"], Definition);
        File.WriteAllText(_folder["a.YAML"], "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: default}\n");
        File.WriteAllText(_folder["b.Yml"], "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b, namespace: default}\n");
        File.WriteAllText(
            _folder["c.json"], """
            {"apiVersion": "v1", "kind": "List", "items": [
              {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c", "namespace": "default"}},
              {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "d", "namespace": "elsewhere"}}]}
            """);
        File.WriteAllText(
            _folder["d.json"], """
            {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "e", "namespace": "default"}}
            {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "f", "namespace": "default", "uid": "x"}}
            """);

        var folder = await BundleFolder.LoadAsync(_folder.Path, _limit.Token);

        Assert.Equal(["a", "b", "c", "d", "e", "f"], folder.Objects.Select(item => item.Name));
        Assert.Equal(["c.json:3", "d.json:2"], BundleLinter.Lint(folder).Select(finding => $"{finding.File}:{finding.Line}"));
    }

    [Fact]
    public async Task Lint_FilesThatAreNotInTheBundle_AreWarnings()
    {
        File.WriteAllText(_folder["bundle.yaml"], Definition);
        File.WriteAllText(_folder["a.yaml"], "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: default}\n");
        foreach (var name in new[] { ".hidden.yaml", "a.yaml~", "a.yaml.bak", "#a.yaml#", "README.md", "LICENSE", "out/oci-layout", "out/index.json", "out/blobs/x" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
            File.WriteAllText(_folder[name], "[");
        }

        foreach (var (name, content) in new[] { ("values.yaml", "replicas: 1\n"), ("run.sh", "exit\n"), ("cm.jsonnet", "{}\n"), ("package.json", "{\"name\": \"x\"}") })
        {
            File.WriteAllText(_folder[name], content);
        }

        var findings = BundleLinter.Lint(await BundleFolder.LoadAsync(_folder.Path, _limit.Token));

        Assert.Equal(["cm.jsonnet", "package.json", "run.sh", "values.yaml"], findings.Select(finding => finding.File));
        Assert.All(findings, finding => Assert.Equal((LintRules.FileUnused, LintSeverity.Warning), (finding.Rule, finding.Severity)));
    }

    [Theory]
    [InlineData("kustomization.yaml", "resources: [a.yaml]\n", LintRules.KustomizationInBundle)]
    [InlineData("Chart.yaml", "apiVersion: v2\nname: shop\nversion: 1.0.0\n", LintRules.ManifestInvalid)]
    public async Task Lint_SourceOfAnotherTool_IsAnError(string name, string content, string rule)
    {
        File.WriteAllText(_folder["bundle.yaml"], Definition);
        File.WriteAllText(_folder["a.yaml"], "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: default}\n");
        File.WriteAllText(_folder[name], content);

        var finding = Assert.Single(BundleLinter.Lint(await BundleFolder.LoadAsync(_folder.Path, _limit.Token)));

        Assert.Equal((rule, LintSeverity.Error, name), (finding.Rule, finding.Severity, finding.File));
    }

    [Fact]
    public async Task Lint_ObjectThatNoClusterStores_IsAnError()
    {
        File.WriteAllText(_folder["bundle.yaml"], Definition);
        File.WriteAllText(
            _folder["a.yaml"], $"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: big, namespace: default}}\ndata: {{a: {new string('x', 1_600_000)}}}\n");

        var findings = BundleLinter.Lint(await BundleFolder.LoadAsync(_folder.Path, _limit.Token));

        Assert.Equal(LintRules.ObjectTooLarge, Assert.Single(findings).Rule);
    }

    public void Dispose()
    {
        _limit.Dispose();
        _folder.Dispose();
    }
}
