using System.Text.Json.Nodes;
using EdgeSync.Testbed.Images;

namespace EdgeSync.Testbed.Shop;

/// <summary>HQ's side of delivering the shop, by the verbs of the binary: keys, bundle, signature, release.</summary>
public sealed class ShopDelivery
{
    /// <summary>The channel that the shop is released on.</summary>
    public const string Channel = "stable";

    private readonly EdgeSyncProgram _edgesync;
    private readonly string _folder;
    private readonly string _registry;

    private ShopDelivery(EdgeSyncProgram edgesync, string folder, string registry)
    {
        _edgesync = edgesync;
        _folder = folder;
        _registry = registry;
    }

    /// <summary>The repository of the bundles.</summary>
    public string BundleRepository => $"{_registry}/retail/shop";

    /// <summary>The repository of the release records; the tag is the channel.</summary>
    public string ReleaseRepository => $"{_registry}/retail/releases";

    /// <summary>The private key of the build, and of two people who release.</summary>
    public string BuildKey => Key("build");

    /// <summary>As <see cref="BuildKey"/>.</summary>
    public IReadOnlyList<string> ReleaseKeys => [Key("release-a"), Key("release-b")];

    /// <summary>The public halves, for a site's trust policy.</summary>
    public IReadOnlyList<string> ReleasePublicKeys => [.. ReleaseKeys.Select(Public)];

    /// <summary>As <see cref="ReleasePublicKeys"/>.</summary>
    public string BuildPublicKey => Public(BuildKey);

    /// <summary>Makes the keys in a folder, for a registry with plain HTTP on loopback.</summary>
    public static async Task<ShopDelivery> CreateAsync(
        EdgeSyncProgram edgesync, string folder, string registry, CancellationToken cancellationToken = default)
    {
        Directory.CreateDirectory(folder);
        var delivery = new ShopDelivery(edgesync, folder, registry);
        foreach (var name in new[] { "build", "release-a", "release-b" })
        {
            await delivery.CreateKeyAsync(name, cancellationToken);
        }

        return delivery;
    }

    /// <summary>The public half of a key.</summary>
    public static string Public(string key) => Path.ChangeExtension(key, ".pub");

    /// <summary>Makes one more key, and returns its private file.</summary>
    public async Task<string> CreateKeyAsync(string name, CancellationToken cancellationToken = default)
    {
        await _edgesync.RequireAsync(["key", "new", "--output-prefix", Path.Combine(_folder, name)], cancellationToken);
        return Key(name);
    }

    /// <summary>Builds the version's bundle and pushes it; returns its digest.</summary>
    public async Task<string> PushAsync(ShopVersion version, CancellationToken cancellationToken = default)
    {
        var source = await WriteSourceAsync(version, cancellationToken);
        var images = Path.Combine(_folder, $"images-{version.Version}");
        await BusyboxImage.WriteLayoutAsync(images, version.Image, version.Content, cancellationToken);
        var layout = Path.Combine(_folder, $"bundle-{version.Version}");
        await _edgesync.RequireAsync(["bundle", "build", source, "--output", layout, "--image-layout", images], cancellationToken);
        await _edgesync.RequireAsync(
            ["bundle", "push", $"{BundleRepository}:{version.Version}", "--from", layout, "--plain-http"], cancellationToken);
        return DigestOf(layout);
    }

    /// <summary>Signs a bundle in the registry.</summary>
    public Task SignAsync(string digest, string? key = null, CancellationToken cancellationToken = default) => _edgesync.RequireAsync(
        ["bundle", "sign", "--key", key ?? BuildKey, "--plain-http", $"{BundleRepository}@{digest}"], cancellationToken);

    /// <summary>Releases a bundle on the channel.</summary>
    public Task PublishAsync(
        string digest,
        ShopVersion version,
        IReadOnlyList<string>? keys = null,
        IReadOnlyList<string>? more = null,
        string? repository = null,
        string expires = "30d",
        CancellationToken cancellationToken = default) =>
        _edgesync.RequireAsync(
            [
                "release", "publish", "--channel", Channel, "--bundle", $"{BundleRepository}@{digest}",
                "--name", "shop", "--version", version.Version, "--expires", expires, "--plain-http",
                .. (keys ?? ReleaseKeys).SelectMany(key => new[] { "--key", key }),
                .. more ?? [],
                repository ?? ReleaseRepository,
            ],
            cancellationToken);

    /// <summary>All of it: build, push, sign, release. Returns the bundle's digest.</summary>
    public async Task<string> DeliverAsync(ShopVersion version, CancellationToken cancellationToken = default)
    {
        var digest = await PushAsync(version, cancellationToken);
        await SignAsync(digest, cancellationToken: cancellationToken);
        await PublishAsync(digest, version, cancellationToken: cancellationToken);
        return digest;
    }

    /// <summary>Writes the folder that <c>bundle build</c> reads.</summary>
    public async Task<string> WriteSourceAsync(ShopVersion version, CancellationToken cancellationToken = default)
    {
        var source = Directory.CreateDirectory(Path.Combine(_folder, $"source-{version.Version}")).FullName;
        var template = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Shop", version.HasPods ? "shop.yaml" : "pages.yaml"), cancellationToken);
        var manifests = template
            .Replace("${VERSION}", version.Version, StringComparison.Ordinal)
            .Replace("${IMAGE}", version.Image, StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(source, "shop.yaml"), manifests + version.MoreManifests, cancellationToken);
        await File.WriteAllTextAsync(
            Path.Combine(source, "bundle.yaml"),
            $"schema: edgesync.dev/bundle/v1\nname: shop\nversion: \"{version.Version}\"\n{(version.Requires is null ? "" : $"requires: {version.Requires}\n")}{version.MoreDefinition}",
            cancellationToken);
        return source;
    }

    private static string DigestOf(string layout)
    {
        var index = JsonNode.Parse(File.ReadAllBytes(Path.Combine(layout, "index.json")))!;
        return (string)index["manifests"]!.AsArray().Single()!["digest"]!;
    }

    private string Key(string name) => Path.Combine(_folder, $"{name}.key");
}
