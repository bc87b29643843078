using System.Text.Json.Nodes;
using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.Preflight;
using EdgeSync.Agent.Tests.Configuration;
using EdgeSync.Bundles.Building;
using EdgeSync.Bundles.Reading;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Oci.Content;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Failures;
using EdgeSync.Testbed.Images;

namespace EdgeSync.Agent.Tests.Preflight;

/// <summary>A site on disk, with a configuration, a cache with a bundle, and what the checks are told of it.</summary>
internal sealed class CheckFixture : IDisposable
{
    public const string Image = "registry.example/web:1.0";
    public static readonly DateTimeOffset Now = new(2026, 11, 30, 6, 0, 0, TimeSpan.Zero);
    public static readonly AcknowledgedRelease Release = new("stable", 7, Digest.Of("bundle"u8), "shop", "1.0.0");

    private readonly ConfigurationFolder _folder = new();

    public CheckFixture(string rest = "") =>
        Configuration = _folder.Load(ConfigurationFolder.Minimal + $"stateDirectory: {_folder["state"]}\nrunDirectory: {_folder["run"]}\nplatform: linux/amd64\n" + rest);

    public AgentConfiguration Configuration { get; }

    public static ChannelStatus Healthy { get; } = new() { Channel = "stable", State = ChannelState.Healthy, Running = Release, LastSeen = Now.AddSeconds(-20), Since = Now.AddDays(-1) };

    public string this[string name] => _folder[name];

    public CheckContext Context(params ChannelStatus[] channels) => new()
    {
        Configuration = Configuration,
        Status = new SiteStatus { Fleet = "retail", Site = "store-0042", Agent = "0.1.0", Live = true, At = Now, Channels = channels.Length > 0 ? channels : [Healthy] },
        Now = Now,
        MissionEnds = Now.AddHours(12),
    };

    /// <summary>Builds a bundle of one Deployment with one image into the site's cache.</summary>
    public async Task<SiteBundle> BuildAsync(bool isLastGood = true)
    {
        var source = Directory.CreateDirectory(_folder["source"]).FullName;
        var images = Directory.CreateDirectory(_folder["images"]).FullName;
        await BusyboxImage.WriteLayoutAsync(images, Image, new ImageContent("httpd") { IsRunnable = false });
        await File.WriteAllTextAsync(Path.Combine(source, "bundle.yaml"), "schema: edgesync.dev/bundle/v1\nname: shop\nversion: \"1.0.0\"\n");
        await File.WriteAllTextAsync(Path.Combine(source, "web.yaml"), $$$"""
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web, namespace: shop}
            spec:
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec: {containers: [{name: main, image: "{{{Image}}}"}]}
            """);
        using var cache = await ContentStore.OpenAsync(Path.Combine(Configuration.StateDirectory, "cache"), TimeProvider.System, CancellationToken.None);
        using var sources = new ImageSources(registries: null, TimeProvider.System);
        await sources.AddLayoutAsync(images, CancellationToken.None);
        var built = await BundleBuilder.BuildAsync(source, new BundleBuildOptions(), sources, cache, progress: null, CancellationToken.None);
        return new SiteBundle("stable", Release, isLastGood) { Content = await BundleReader.InspectAsync(built.Descriptor.Digest, cache, CancellationToken.None) };
    }

    public void Dispose() => _folder.Dispose();
}

/// <summary>An API server that has these objects.</summary>
internal sealed class ScriptedCluster(params string[] objects) : IClusterLook
{
    public EdgeSyncException? Failure { get; init; }

    public Task<string> GetVersionAsync(CancellationToken cancellationToken) => Failure is null ? Task.FromResult("v1.31.4") : throw Failure;

    public Task<IReadOnlyList<JsonObject>> ListAsync(string apiVersion, string kind, string? inNamespace, CancellationToken cancellationToken) => Failure is not null
        ? throw Failure
        : Task.FromResult<IReadOnlyList<JsonObject>>(
        [
            .. objects.Select(text => JsonNode.Parse(text)!.AsObject())
                .Where(item => item["kind"]!.GetValue<string>() == kind && (inNamespace is null || item["metadata"]!["namespace"]!.GetValue<string>() == inNamespace)),
        ]);
}

/// <summary>A container runtime that has these images.</summary>
internal sealed class ScriptedRuntime(params string[] images) : IRuntimeLook
{
    public EdgeSyncException? Failure { get; init; }

    public string? Version { get; init; } = "containerd 1.7.23";

    public Task<string?> GetVersionAsync(CancellationToken cancellationToken) => Failure is null ? Task.FromResult(Version) : throw Failure;

    public Task<bool> KnowsAsync(string reference, CancellationToken cancellationToken) => Task.FromResult(images.Contains(reference));
}
