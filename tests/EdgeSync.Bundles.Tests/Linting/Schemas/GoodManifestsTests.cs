using System.Diagnostics;
using EdgeSync.Bundles.Linting;
using EdgeSync.Bundles.Linting.Schemas;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Testing;

namespace EdgeSync.Bundles.Tests.Linting.Schemas;

/// <summary>The linter finds nothing in what a server takes.</summary>
public sealed class GoodManifestsTests
{
    [Theory]
    [InlineData("core.yaml", null)]
    [InlineData("core.yaml", ">=1.20")]
    [InlineData("core.yaml", ">=1.27 <1.33")]
    [InlineData("workloads.yaml", null)]
    [InlineData("workloads.yaml", ">=1.20")]
    [InlineData("cluster.yaml", null)]
    [InlineData("cluster.yaml", ">=1.20")]
    [InlineData("cluster.yaml", ">=1.30")]
    [InlineData("1.20.yaml", null)]
    [InlineData("1.20.yaml", "<1.21")]
    [InlineData("custom.yaml", null)]
    [InlineData("custom.yaml", ">=1.20")]
    [InlineData("current.yaml", null)]
    [InlineData("current.yaml", ">=1.30")]
    public async Task Reports_no_error(string file, string? kubernetes)
    {
        var findings = await LintedObjects.LintAsync(File.ReadAllText(LintedObjects.Good(file)), kubernetes);

        Assert.DoesNotContain(findings, finding => finding.Severity == LintSeverity.Error);
    }

    [Theory]
    [InlineData("deploy/hq/kubernetes/hq.yaml")]
    [InlineData("deploy/k3s/rbac.yaml")]
    [InlineData("tools/testbed/Shop/shop.yaml")]
    [InlineData("tools/testbed/Shop/pages.yaml")]
    public async Task Reports_no_error_in_manifests_of_this_repository(string file)
    {
        var manifest = File.ReadAllText(RepositoryFile.Path(file)).Replace("${IMAGE}", "registry.example/web:1.0", StringComparison.Ordinal);

        var findings = await LintedObjects.LintAsync(manifest, ">=1.20");

        Assert.DoesNotContain(findings, finding => finding.Severity == LintSeverity.Error && !finding.Rule.StartsWith("namespace", StringComparison.Ordinal));
    }

    [Fact]
    public void Knows_every_kind_of_the_good_manifests()
    {
        var known = KubernetesSchema.Oldest.Kinds.Concat(KubernetesSchema.Newest.Kinds).ToHashSet();

        foreach (var file in new[] { "core.yaml", "workloads.yaml", "cluster.yaml", "1.20.yaml", "current.yaml" })
        {
            Assert.All(ManifestReader.Read(File.ReadAllBytes(LintedObjects.Good(file)), file), item => Assert.Contains($"{item.ApiVersion} {item.Kind}", known));
        }
    }

    [Fact]
    public void Checks_a_thousand_objects_in_less_than_five_seconds()
    {
        var all = ManifestReader.Read(File.ReadAllBytes(LintedObjects.Good("workloads.yaml")), "a.yaml").ToList();
        var kinds = all.ConvertAll(item => (item.Json, Schema: KubernetesSchema.Newest.TryFind(item.ApiVersion, item.Kind, out var schema) ? schema : throw new InvalidDataException()));
        SchemaWalk.Check(kinds[0].Json, kinds[0].Schema);
        var started = Stopwatch.GetTimestamp();

        for (var i = 0; i < 1000; i++)
        {
            Assert.Empty(SchemaWalk.Check(kinds[i % kinds.Count].Json, kinds[i % kinds.Count].Schema));
        }

        var took = Stopwatch.GetElapsedTime(started);
        Console.WriteLine($"1,000 objects: {took.TotalMilliseconds:0} ms");
        Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Theory]
    [InlineData("")]
    [InlineData("edgesync-schema 2\n")]
    [InlineData("edgesync-schema 1\nkubernetes 1.20.2\nsource x\nunknown line\n")]
    [InlineData("edgesync-schema 1\nkubernetes 1.20.2\nsource x\n field string\n")]
    [InlineData("edgesync-schema 1\nkubernetes 1.20.2\nsource x\nkind v1 Pod core.v1.Pod\n")]
    public void Refuses_data_that_the_tool_does_not_write(string text) =>
        Assert.Throws<InvalidDataException>(() => KubernetesSchema.Parse(new StringReader(text)));
}
