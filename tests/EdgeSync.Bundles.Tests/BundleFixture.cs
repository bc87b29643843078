using System.Text;
using System.Text.Json.Nodes;
using EdgeSync.Bundles.Building;
using EdgeSync.Bundles.Values;
using EdgeSync.Oci.Content;
using EdgeSync.Testbed.Images;
using EdgeSync.Testing;

namespace EdgeSync.Bundles.Tests;

/// <summary>A folder to build from, a layout of images, and a store to build into.</summary>
internal sealed class BundleFixture : IDisposable
{
    public const string Web = "registry.example/web:1.0";
    private readonly TempDirectory _folder = new();
    private readonly List<ContentStore> _stores = [];

    /// <summary>The values of a site that gives none of its own.</summary>
    public static ValueSources Values { get; } = new()
    {
        Site = "store-0042",
        Fleet = "retail",
        Labels = new Dictionary<string, string> { ["region"] = "north", ["example.com/ring"] = "canary" },
    };

    public Primitives.Digest WebDigest { get; private set; }

    public string Source => Directory.CreateDirectory(_folder["source"]).FullName;

    public string Images => Directory.CreateDirectory(_folder["images"]).FullName;

    public string this[string name] => _folder[name];

    public static string Deployment(string name, string image) =>
        $$$"""
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: {{{name}}}, namespace: default}
        spec:
          selector: {matchLabels: {app: "{{{name}}}"}}
          template:
            metadata: {labels: {app: "{{{name}}}"}}
            spec: {containers: [{name: main, image: "{{{image}}}"}]}
        ---

        """;

    public BundleFixture Write(string name, string content)
    {
        var path = Path.Combine(Source, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content, new UTF8Encoding(false));
        return this;
    }

    public BundleFixture Define(string rest = "") => Write("bundle.yaml", "schema: edgesync.dev/bundle/v1\nname: shop\nversion: \"1.0.0\"\n" + rest);

    /// <summary>A bundle of one Deployment with one image of two platforms.</summary>
    public async Task<BundleFixture> WithWebAsync()
    {
        WebDigest = Primitives.Digest.Parse(await AddImageAsync(Web, new ImageContent("httpd") { MultiPlatform = true }));
        return Define().Write("web.yaml", Deployment("web", Web));
    }

    /// <summary>Adds an image to the layout. No bundle here is run, so that the unit tests need no busybox.</summary>
    public Task<string> AddImageAsync(string name, ImageContent content) =>
        BusyboxImage.WriteLayoutAsync(Images, name, content with { IsRunnable = false });

    public async Task<ContentStore> OpenAsync(string name)
    {
        var store = await ContentStore.OpenAsync(_folder[name], TimeProvider.System, CancellationToken.None);
        _stores.Add(store);
        return store;
    }

    /// <summary>Builds with the layout of images and no registry.</summary>
    public async Task<BuiltBundle> BuildAsync(ContentStore target, CancellationToken cancellationToken, BundleBuildOptions? options = null)
    {
        using var sources = new ImageSources(registries: null, TimeProvider.System);
        if (File.Exists(Path.Combine(Images, "oci-layout")))
        {
            await sources.AddLayoutAsync(Images, cancellationToken);
        }

        return await BundleBuilder.BuildAsync(Source, options ?? new BundleBuildOptions(), sources, target, progress: null, cancellationToken);
    }

    public static async Task<JsonNode> ReadJsonAsync(ContentStore store, Primitives.Digest digest) =>
        JsonNode.Parse(await store.ReadVerifiedAsync(digest, 1 << 22, CancellationToken.None))!;

    public void Dispose()
    {
        foreach (var store in _stores)
        {
            store.Dispose();
        }

        _folder.Dispose();
    }
}
