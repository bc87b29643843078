using EdgeSync.Testbed.Images;

namespace EdgeSync.Testbed.Shop;

/// <summary>One version of the shop: a busybox web server and its page.</summary>
/// <param name="Version">The version, <c>1.0.0</c>.</param>
/// <param name="Works">False for a version whose web server ends at once.</param>
public sealed record ShopVersion(string Version, bool Works = true)
{
    /// <summary>The image as the manifests name it; this host exists nowhere, so the image can only come from the bundle.</summary>
    public string Image => $"registry.shop.invalid/shop/web:{Version}";

    /// <summary>A definition with which the shop never becomes healthy, also where no controller runs: its pages never say that they are ready.</summary>
    public const string NeverReady = "components: [{name: shop, path: ., readyWhen: [{kind: ConfigMap, name: pages, path: .data.ready}]}]\n";

    /// <summary>False for the shop's pages alone, which a cluster without nodes can hold too. Default: true.</summary>
    public bool HasPods { get; init; } = true;

    /// <summary>More YAML documents in addition to the shop's own, or empty.</summary>
    public string MoreManifests { get; init; } = "";

    /// <summary>What the bundle says that it needs of a site, as the flow map of <c>requires</c> in its definition; or null.</summary>
    public string? Requires { get; init; }

    /// <summary>More of the bundle's definition, in lines; or empty.</summary>
    public string MoreDefinition { get; init; } = "";

    /// <summary>How many bytes of the image are noise, which no compression makes smaller. Default: none.</summary>
    public int PaddingBytes { get; init; }

    internal ImageContent Content => new(Works
        ? ["/bin/busybox", "httpd", "-f", "-p", "8080", "-h", "/www"]
        : ["/bin/busybox", "sh", "-c", "echo the shop cannot start; exit 1"])
    {
        PaddingBytes = PaddingBytes,
        Files = new Dictionary<string, string> { ["version"] = Version },
    };
}
