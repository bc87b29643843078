using System.Text.Json.Nodes;
using EdgeSync.EndToEnd.Tests.Harness;
using EdgeSync.Primitives.Failures;
using EdgeSync.Testbed.Images;
using EdgeSync.Testbed.Peers;
using EdgeSync.Testbed.Registries;
using EdgeSync.Testbed.Shop;

namespace EdgeSync.EndToEnd.Tests.Verbs;

/// <summary>The verbs by which a bundle is made, against a real registry and real cosign.</summary>
public sealed class BundleVerbsTests(PublisherFixture fixture) : IClassFixture<PublisherFixture>
{
    private const string Page = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: page, namespace: shop}\n";

    [PeerFact]
    public async Task Build_gives_the_same_digest_for_the_same_content_in_any_folder_at_any_time()
    {
        var first = await fixture.WriteSourceAsync(("a.yaml", Page));
        var second = await fixture.WriteSourceAsync(("a.yaml", Page));
        File.SetLastWriteTimeUtc(Path.Combine(second, "a.yaml"), new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc));
        File.SetUnixFileMode(Path.Combine(second, "a.yaml"), UnixFileMode.UserRead);
        var other = await fixture.WriteSourceAsync(("a.yaml", Page + "data: {x: y}\n"));

        var one = await BuildAsync(first);
        Verb.AssertEnded(ExitCodes.Ok, one, "desk 1.0.0 sha256:");
        Assert.Equal(one.Output, (await BuildAsync(second)).Output);
        Assert.NotEqual(one.Output, (await BuildAsync(other)).Output);
    }

    [PeerFact]
    public async Task Lint_says_everything_at_once_each_with_its_file_and_line()
    {
        var source = await fixture.WriteSourceAsync(
            ("a.yaml", Page + "---\n" + Page),
            ("b.yaml", """
                apiVersion: v1
                kind: Pod
                metadata:
                  name: web
                spec:
                  containers:
                    - name: web
                      image: nginx:latest
                """),
            ("c.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, namespace: shop}\ndata: {a: 1, a: 2}\n"));

        var lint = await PublisherFixture.RunAsync("bundle", "lint", source);

        Verb.AssertEnded(
            ExitCodes.BadInput, lint, "a.yaml:7:", "(object-duplicate)", "b.yaml:4:", "(namespace-missing)", "b.yaml:8:", "(image-floating)", "c.yaml:4:", "(manifest-invalid)");
        var json = await PublisherFixture.RunAsync("bundle", "lint", source, "--output", "json");
        Verb.AssertEnded(ExitCodes.BadInput, json);
        var duplicate = Assert.Single(JsonNode.Parse(json.Output)!.AsArray(), finding => (string?)finding!["rule"] == "object-duplicate")!;
        Assert.Equal(("a.yaml", 7, "error"), ((string?)duplicate["file"], (int)duplicate["line"]!, (string?)duplicate["severity"]));

        Verb.AssertEnded(ExitCodes.Ok, await PublisherFixture.RunAsync("bundle", "lint", await fixture.WriteSourceAsync(("a.yaml", Page))), "0 errors");
        Verb.AssertFailed(ExitCodes.BadInput, await BuildAsync(source), "a.yaml:7:", "c.yaml:4:");
    }

    [PeerFact]
    public async Task Inspect_says_the_same_of_a_layout_and_of_a_registry()
    {
        var layout = fixture.NewPath("layout");
        Verb.AssertEnded(ExitCodes.Ok, await PublisherFixture.RunAsync("bundle", "build", await fixture.WriteSourceAsync(("a.yaml", Page)), "--output", layout));
        var reference = $"{fixture.Registry.Address}/desk/inspected:1";
        Verb.AssertEnded(ExitCodes.Ok, await PublisherFixture.RunAsync("bundle", "push", reference, "--from", layout, "--plain-http"), "blobs sent", $"{fixture.Registry.Address}/desk/inspected@sha256:");

        var local = await PublisherFixture.RunAsync("bundle", "inspect", layout, "--output", "json");
        var remote = await PublisherFixture.RunAsync("bundle", "inspect", reference, "--plain-http", "--output", "json");

        Verb.AssertEnded(ExitCodes.Ok, local, "\"desk\"", "ConfigMap");
        Assert.Equal(local.Output, remote.Output);
        Verb.AssertEnded(ExitCodes.Ok, await PublisherFixture.RunAsync("bundle", "inspect", layout), "desk", "1.0.0", "ConfigMap", "shop", "page");
    }

    [PeerFact]
    public async Task Push_mounts_the_layers_that_the_registry_has_in_another_repository()
    {
        var image = await BusyboxImage.PushAsync(fixture.Registry, "desk/base", "1", new ImageContent("/bin/busybox", "sleep", "1"));
        var source = await fixture.WriteSourceAsync(("a.yaml", $$"""
            apiVersion: v1
            kind: Pod
            metadata: {name: web, namespace: shop}
            spec: {containers: [{name: web, image: "{{image.Reference}}"}]}
            """));
        var before = (await fixture.Registry.GetRequestsAsync()).Count;

        var pushed = await PublisherFixture.RunAsync("bundle", "push", source, $"{fixture.Registry.Address}/desk/mounted:1", "--plain-http");

        Verb.AssertEnded(ExitCodes.Ok, pushed, " mounted, ");
        Assert.DoesNotContain(" 0 mounted", pushed.Error, StringComparison.Ordinal);
        var mounts = (await fixture.Registry.GetRequestsAsync()).Skip(before).Where(r => r.Path.Contains("mount=sha256", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(mounts);
        Assert.All(mounts, mount => Assert.Equal(("POST", 201), (mount.Method, mount.Status)));
        var again = await PublisherFixture.RunAsync("bundle", "push", source, $"{fixture.Registry.Address}/desk/mounted:1", "--plain-http");
        Verb.AssertEnded(ExitCodes.Ok, again, "0 blobs sent");
    }

    [PeerFact]
    public async Task Sign_makes_what_cosign_2_and_cosign_3_verify_and_only_for_its_key()
    {
        var digest = await fixture.Delivery.PushAsync(new ShopVersion("7.0.0") { HasPods = false });
        var target = $"{fixture.Delivery.BundleRepository}@{digest}";

        Verb.AssertEnded(ExitCodes.Ok, await PublisherFixture.RunAsync("bundle", "sign", "--key", fixture.Delivery.BuildKey, "--plain-http", target), "signed by");
        Verb.AssertEnded(ExitCodes.Ok, await PublisherFixture.RunAsync("bundle", "sign", "--key", fixture.Delivery.BuildKey, "--plain-http", target), "was signed already by");

        foreach (var cosign in new[] { await PeerTool.Cosign2Async(), await PeerTool.Cosign3Async() })
        {
            var verified = await VerifyAsync(cosign, fixture.Delivery.BuildPublicKey, target);
            Assert.True(verified.ExitCode == 0, verified.Error);
            Assert.NotEqual(0, (await VerifyAsync(cosign, fixture.Delivery.ReleasePublicKeys[0], target)).ExitCode);
        }
    }

    [PeerFact]
    public async Task Bad_input_is_named_with_its_place()
    {
        var layout = fixture.NewPath("layout");
        var broken = await fixture.WriteSourceAsync(("a.yaml", "apiVersion: v1\nkind: [unclosed\n"));
        var missing = fixture.NewPath("missing");
        var good = await fixture.WriteSourceAsync(("a.yaml", Page));
        await File.WriteAllTextAsync(Path.Combine(broken, "bundle.yaml"), "schema: edgesync.dev/bundle/v1\nname: desk\nversoin: \"1\"\n");

        Verb.AssertFailed(ExitCodes.BadInput, await PublisherFixture.RunAsync("bundle", "build", missing, "--output", layout), missing);
        Verb.AssertFailed(ExitCodes.BadInput, await PublisherFixture.RunAsync("bundle", "build", broken, "--output", layout), "bundle.yaml:3:", "versoin", "a.yaml:");
        Verb.AssertFailed(ExitCodes.Usage, await PublisherFixture.RunAsync("bundle", "build", good, "--output", layout, "--plain-htp"), "--plain-htp", "edgesync bundle build --help");
        Verb.AssertFailed(ExitCodes.Usage, await PublisherFixture.RunAsync("bundle", "build", good), "--output");
        Verb.AssertFailed(ExitCodes.Usage, await PublisherFixture.RunAsync("bundle", "inspect", fixture.Session.Folder), "neither the folder of an image layout");
        Assert.False(Directory.Exists(layout), "a layout was written for input that is wrong");
    }

    [PeerFact]
    public async Task A_registry_that_is_down_or_does_not_let_one_in_is_named_and_nothing_is_pushed()
    {
        await using var closed = await RegistryServer.StartAsync(
            fixture.Session, new RegistryOptions { Name = "closed", Users = new Dictionary<string, string> { ["build"] = "secret-of-the-build" } });
        var source = await fixture.WriteSourceAsync(("a.yaml", Page));
        var target = $"{closed.Address}/desk/shop:1";

        var refused = await PublisherFixture.RunAsync("bundle", "push", source, target, "--plain-http");
        Verb.AssertFailed(ExitCodes.NotAllowed, refused, closed.Address, "401", "hint:  Check the credentials for this registry.");

        await closed.StopAsync();
        var down = await PublisherFixture.RunAsync("bundle", "push", source, target, "--plain-http");
        Verb.AssertFailed(ExitCodes.Unavailable, down, closed.Address, "hint:  ");
    }

    private Task<ToolResult> BuildAsync(string source) => PublisherFixture.RunAsync("bundle", "build", source, "--output", fixture.NewPath("layout"));

    private static Task<ToolResult> VerifyAsync(PeerTool cosign, string key, string target) => cosign.RunAsync(
        CancellationToken.None, "verify", "--key", key, "--insecure-ignore-tlog=true", "--allow-insecure-registry", target);
}
