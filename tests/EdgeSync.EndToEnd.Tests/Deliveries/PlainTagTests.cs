using System.Formats.Tar;
using System.IO.Compression;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using EdgeSync.Contracts;
using EdgeSync.EndToEnd.Tests.Harness;
using EdgeSync.Primitives.Failures;
using EdgeSync.Testbed.Shop;
using k8s;

namespace EdgeSync.EndToEnd.Tests.Deliveries;

/// <summary>A site that follows a plain tag of bundles (<c>channels[].followTag</c>), and an artifact of Flux.</summary>
public sealed class PlainTagTests
{
    private const string Unprotected = "without protection against replay and freeze";

    private static readonly ShopVersion One = new("1.0.0") { HasPods = false };
    private static readonly ShopVersion Two = new("2.0.0") { HasPods = false };

    [PeerFact]
    public async Task A_tag_is_followed_forward_and_back_and_never_without_a_signature()
    {
        await using var world = await ShopWorld.StartAsync(withPods: false, site => site with { FollowTag = (site.Delivery.BundleRepository, "live") });
        Verb.AssertEnded(ExitCodes.Ok, await world.RunAsync("config", "check"), "warning: ", "channel stable follows the plain tag 'live'", "replay and freeze");
        Verb.AssertEnded(ExitCodes.NotFound, await world.RunAsync("sync"), $"{world.Delivery.BundleRepository}");
        var first = await world.Delivery.PushAsync(One);
        await TagAsync(world, One);
        Verb.AssertEnded(ExitCodes.NotTrusted, await world.RunAsync("sync"), ReasonCodes.SignatureMissing);
        Assert.Null(await world.PageAsync());

        await world.Delivery.SignAsync(first);
        Verb.AssertEnded(ExitCodes.Ok, await world.RunAsync("sync"), Unprotected);
        Assert.Contains("1.0.0", await world.PageAsync(), StringComparison.Ordinal);
        Verb.AssertEnded(ExitCodes.Ok, await world.RunAsync("plan"), $"the tag {world.Delivery.BundleRepository}:live");

        world.Site.Start();
        await world.AwaitHealthyAsync("1.0.0");
        var second = await world.Delivery.PushAsync(Two);
        await world.Delivery.SignAsync(second);
        await TagAsync(world, Two);
        await world.AwaitHealthyAsync("2.0.0");
        Assert.Contains("2.0.0", await world.PageAsync(), StringComparison.Ordinal);

        await TagAsync(world, One);
        var status = await world.AwaitHealthyAsync("1.0.0");
        Assert.Equal($"{world.Delivery.BundleRepository}:live", status.Channels[0].Tag);
        Assert.Contains("the tag was moved back to a bundle that it had named before", status.Channels[0].Message, StringComparison.Ordinal);
        Assert.Contains("1.0.0", await world.PageAsync(), StringComparison.Ordinal);

        // What runs is repaired without the registry, after a restart.
        await world.Site.KillAsync();
        await world.Registry.DisposeAsync();
        await world.Node.Api.CoreV1.DeleteNamespacedConfigMapAsync("pages", "shop");
        world.Site.Start();
        await Eventually.TrueAsync(async () => await world.PageAsync() is not null, "the page is back");
    }

    [PeerFact]
    public async Task An_artifact_of_Flux_is_followed()
    {
        await using var world = await ShopWorld.StartAsync(withPods: false, site => site with { FollowTag = ($"{site.Registry}/retail/manifests", "latest") });
        var digest = await PushFluxAsync(world.Registry.Address, "retail/manifests", "latest", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: motto, namespace: default}\ndata: {say: hello}\n");
        Verb.AssertEnded(ExitCodes.NotTrusted, await world.RunAsync("sync"), ReasonCodes.SignatureMissing);

        await ShopWorld.EdgeSync.RequireAsync(["bundle", "sign", "--key", world.Delivery.BuildKey, "--plain-http", $"{world.Registry.Address}/retail/manifests@{digest}"]);
        Verb.AssertEnded(ExitCodes.Ok, await world.RunAsync("sync"), Unprotected);

        var live = await world.FindAsync("/api/v1/namespaces/default/configmaps/motto");
        Assert.Equal("hello", (string?)live!["data"]!["say"]);
    }

    // As 'edgesync bundle push' does, under a tag that moves.
    private static Task<string> TagAsync(ShopWorld world, ShopVersion version) => ShopWorld.EdgeSync.RequireAsync(
        ["bundle", "push", $"{world.Delivery.BundleRepository}:live", "--from", Path.Combine(world.Session["hq"], $"bundle-{version.Version}"), "--plain-http"]);

    // As 'flux push artifact' does.
    private static async Task<string> PushFluxAsync(string registry, string repository, string tag, string manifest)
    {
        using var http = new HttpClient { BaseAddress = new Uri($"http://{registry}") };
        var layer = Pack(("objects.yaml", manifest));
        var config = "{}"u8.ToArray();
        foreach (var blob in new[] { layer, config })
        {
            using var begun = await http.PostAsync($"/v2/{repository}/blobs/uploads/", content: null);
            var place = begun.EnsureSuccessStatusCode().Headers.Location!.ToString();
            using var pushed = await http.PutAsync($"{place}{(place.Contains('?', StringComparison.Ordinal) ? '&' : '?')}digest={DigestOf(blob)}", new ByteArrayContent(blob));
            pushed.EnsureSuccessStatusCode();
        }

        var text = $$"""
            {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
             "config": {"mediaType": "application/vnd.cncf.flux.config.v1+json", "size": {{config.Length}}, "digest": "{{DigestOf(config)}}"},
             "layers": [{"mediaType": "application/vnd.cncf.flux.content.v1.tar+gzip", "size": {{layer.Length}}, "digest": "{{DigestOf(layer)}}"}],
             "annotations": {"org.opencontainers.image.revision": "main@sha1:0123456789", "org.opencontainers.image.source": "https://git.example/shop"} }
            """;
        var bytes = Encoding.UTF8.GetBytes(text);
        using var content = new ByteArrayContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue("application/vnd.oci.image.manifest.v1+json") } };
        using var tagged = await http.PutAsync($"/v2/{repository}/manifests/{tag}", content);
        tagged.EnsureSuccessStatusCode();
        return DigestOf(bytes);
    }

    private static byte[] Pack(params (string Name, string Text)[] files)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        using (var tar = new TarWriter(gzip))
        {
            foreach (var (name, text) in files)
            {
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) });
            }
        }

        return packed.ToArray();
    }

    private static string DigestOf(byte[] content) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(content))}";
}
