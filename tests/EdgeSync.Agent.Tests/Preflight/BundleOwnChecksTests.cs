using EdgeSync.Agent.Preflight;
using EdgeSync.Agent.Preflight.Checks;
using EdgeSync.Bundles.Building;
using EdgeSync.Bundles.Reading;
using EdgeSync.Contracts.Checks;
using EdgeSync.Kubernetes.Checks;
using EdgeSync.Oci.Content;

namespace EdgeSync.Agent.Tests.Preflight;

/// <summary>The checks that bundles bring.</summary>
public sealed class BundleOwnChecksTests : IDisposable
{
    private readonly CheckFixture _site = new();

    [Fact]
    public async Task Create_OfWhatRuns_HasOneCheckForEachProbeAndJob()
    {
        var content = await BuildAsync();

        var checks = Create(new SiteBundle("stable", CheckFixture.Release, IsLastGood: true) { Content = content });

        Assert.Equal(["bundle stable/till", "bundle stable/elsewhere", "bundle stable/verify"], checks.Select(check => check.Name));
        Assert.Equal([TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(90)], checks.Select(check => check.TimeLimit!.Value));

        // The namespace that the site gives it is another one.
        var lacking = await checks[1].RunAsync(_site.Context(), default);
        Assert.Equal((CheckOutcome.Failed, "the bundle has no Service web at this site"), (lacking.Outcome, lacking.Found));
    }

    [Fact]
    public async Task Create_OfWhatIsOnItsWayOrCannotBeRead_HasNone()
    {
        var content = await BuildAsync();

        Assert.Empty(Create(
            new SiteBundle("stable", CheckFixture.Release, IsLastGood: false) { Content = content }, new SiteBundle("stable", CheckFixture.Release, IsLastGood: true)));
    }

    [Theory]
    [InlineData(null, CheckOutcome.Passed)]
    [InlineData("the Job failed: BackoffLimitExceeded", CheckOutcome.Failed)]
    public async Task Job_ByHowItEnds(string? problem, CheckOutcome expected)
    {
        var job = (await BuildAsync()).Checks[0];
        var limit = TimeSpan.Zero;

        var finding = await new BundleJobCheck("stable", job, (_, given, _) =>
        {
            limit = given;
            return Task.FromResult(new BundleCheckResult(problem, problem is null ? [] : ["log of pod a:", "  no till"]));
        }).RunAsync(_site.Context(), default);

        Assert.Equal((expected, TimeSpan.FromSeconds(30)), (finding.Outcome, limit));
        Assert.Equal(problem is null ? [] : ["log of pod a:", "  no till"], finding.Details);
    }

    [Theory]
    [InlineData(null, CheckOutcome.Passed)]
    [InlineData("Service shop/web, port 80, / answers 503, not 200", CheckOutcome.Failed)]
    public async Task Probe_ByItsAnswer(string? problem, CheckOutcome expected)
    {
        var finding = await new BundleProbeCheck("stable", new ServiceProbe { Name = "till", Service = "web", Port = "80" }, _ => Task.FromResult(new BundleCheckResult(problem, [])))
            .RunAsync(_site.Context(), default);

        Assert.Equal((expected, problem ?? "Service web answers 200"), (finding.Outcome, finding.Found));
    }

    public void Dispose() => _site.Dispose();

    private IReadOnlyList<ISiteCheck> Create(params IReadOnlyList<SiteBundle> bundles) =>
        SiteChecks.CreateBundleChecks(_site.Configuration, bundles, _ => throw new InvalidOperationException("nothing is asked here"));

    private async Task<BundleContent> BuildAsync()
    {
        var source = Directory.CreateDirectory(_site["checked"]).FullName;
        await File.WriteAllTextAsync(Path.Combine(source, "bundle.yaml"), """
            schema: edgesync.dev/bundle/v1
            name: shop
            version: "1.0.0"
            ignoreImages: [registry.example/*]
            preflight:
              - {name: till, service: web, namespace: shop, port: 80, timeout: 5s}
              - {name: elsewhere, service: web, port: 80}
            """);
        await File.WriteAllTextAsync(Path.Combine(source, "web.yaml"), """
            apiVersion: v1
            kind: Service
            metadata: {name: web, namespace: shop}
            spec: {ports: [{port: 80}]}
            ---
            apiVersion: batch/v1
            kind: Job
            metadata: {name: verify, namespace: shop, annotations: {edgesync.dev/hook: preflight, edgesync.dev/hook-timeout: 30s}}
            spec: {template: {spec: {restartPolicy: Never, containers: [{name: main, image: "registry.example/a:1"}]}}}
            """);
        using var cache = await ContentStore.OpenAsync(_site["checked-cache"], TimeProvider.System, CancellationToken.None);
        using var sources = new ImageSources(registries: null, TimeProvider.System);
        var built = await BundleBuilder.BuildAsync(source, new BundleBuildOptions(), sources, cache, progress: null, CancellationToken.None);
        return await BundleReader.InspectAsync(built.Descriptor.Digest, cache, CancellationToken.None);
    }
}
