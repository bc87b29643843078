using EdgeSync.Testbed.Certificates;
using EdgeSync.Testbed.Images;
using EdgeSync.Testbed.Peers;
using EdgeSync.Testbed.Registries;

namespace EdgeSync.Testbed.Tests;

public sealed class RegistryServerTests
{
    private const int Limit = 120_000;

    [PeerFact(Timeout = Limit)]
    public async Task StartAgain_AfterStop_KeepsPortAndContent()
    {
        await using var session = await TestbedSession.StartAsync();
        var registry = await RegistryServer.StartAsync(session);
        var address = registry.Address;
        var image = await BusyboxImage.PushAsync(registry, "shop/web", "1", new ImageContent("/bin/busybox", "true"));
        registry.Client.DefaultRequestHeaders.Accept.ParseAdd("application/vnd.oci.image.manifest.v1+json");
        var manifest = new Uri(registry.BaseAddress, $"/v2/shop/web/manifests/{image.Digest}");

        await registry.StopAsync();
        await Assert.ThrowsAsync<HttpRequestException>(() => registry.Client.GetAsync(manifest));
        await registry.StartAgainAsync();

        Assert.Equal(address, registry.Address);
        using var answer = await registry.Client.GetAsync(manifest);
        Assert.True(answer.IsSuccessStatusCode);
    }

    [PeerFact(Timeout = Limit)]
    public async Task GetRequests_AfterRequestsOfAClient_ListsThemInOrder()
    {
        await using var session = await TestbedSession.StartAsync();
        var registry = await RegistryServer.StartAsync(session);
        using var client = new HttpClient();

        using var first = await client.GetAsync(new Uri(registry.BaseAddress, "/v2/"));
        using var second = await client.GetAsync(new Uri(registry.BaseAddress, "/v2/none/tags/list"));

        var requests = await registry.GetRequestsAsync();
        Assert.Equal([("GET", "/v2/", 200), ("GET", "/v2/none/tags/list", 404)], requests.Select(r => (r.Method, r.Path, r.Status)));
    }

    [PeerFact(Timeout = Limit)]
    public async Task Start_WithTlsAndUsers_AsksForBoth()
    {
        await using var session = await TestbedSession.StartAsync();
        using var authority = new CertificateFactory(session["pki"]);
        var registry = await RegistryServer.StartAsync(session, new RegistryOptions
        {
            Certificate = authority.CreateServer(),
            Users = new Dictionary<string, string> { ["store"] = "open sesame" },
        });
        var content = new ImageContent("/bin/busybox", "true");
        await BusyboxImage.PushAsync(registry, "shop/web", "1", content);
        var skopeo = PeerTool.Skopeo();
        var reference = $"docker://{registry.Address}/shop/web:1";
        var certificates = $"--cert-dir={CertificateFolder(session, authority)}";

        var allowed = await skopeo.RunAsync(default, "inspect", certificates, "--creds", "store:open sesame", reference);
        var refused = await skopeo.RunAsync(default, "inspect", certificates, "--creds", "store:wrong", reference);
        var untrusted = await skopeo.RunAsync(default, "inspect", "--creds", "store:open sesame", reference);

        Assert.Contains("shop/web", allowed.EnsureSuccess().Output, StringComparison.Ordinal);
        Assert.Contains("unauthorized", refused.Error, StringComparison.Ordinal);
        Assert.Contains("x509", untrusted.Error, StringComparison.Ordinal);
    }

    private static string CertificateFolder(TestbedSession session, CertificateFactory authority)
    {
        var folder = Directory.CreateDirectory(session["trusted"]).FullName;
        File.Copy(authority.AuthorityPath, Path.Combine(folder, "ca.crt"));
        return folder;
    }
}
