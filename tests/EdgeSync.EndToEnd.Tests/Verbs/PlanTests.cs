using System.Text;
using System.Text.Json;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Plans;
using EdgeSync.Contracts.Trust;
using EdgeSync.EndToEnd.Tests.Harness;
using EdgeSync.Primitives.Failures;
using EdgeSync.Testbed.Peers;
using EdgeSync.Testbed.Shop;
using k8s;

namespace EdgeSync.EndToEnd.Tests.Verbs;

/// <summary><c>edgesync plan</c> and <c>edgesync diff</c>, with and without a daemon.</summary>
public sealed class PlanTests
{
    private const string Password = "hunter2-and-more";

    private static readonly ShopVersion One = new("1.0.0")
    {
        HasPods = false,
        MoreManifests = "---\napiVersion: v1\nkind: Secret\nmetadata: {name: login, namespace: shop}\nstringData: {password: hunter1-and-less}\n",
    };

    private static readonly ShopVersion Two = new("2.0.0") { HasPods = false, MoreManifests = One.MoreManifests.Replace("hunter1-and-less", Password, StringComparison.Ordinal) };

    [PeerFact]
    public async Task The_exit_code_says_whether_anything_would_change_and_nothing_is_written()
    {
        await using var world = await ShopWorld.StartAsync(withPods: false);
        Verb.AssertFailed(ExitCodes.NotFound, await world.RunAsync("plan"), "channel stable", "(NoReleaseKnown)", "hint: ");
        var folder = await world.Delivery.WriteSourceAsync(One);
        Verb.AssertEnded(ExitCodes.Changes, await world.RunAsync("plan", folder), "  + Namespace shop\n", "  + Secret shop/login\n", "a folder has no signatures");
        Assert.Null(await world.FindAsync("/api/v1/namespaces/shop"));

        await world.Delivery.DeliverAsync(One);
        Assert.Equal(0, (await world.RunAsync("sync")).ExitCode);
        Verb.AssertEnded(ExitCodes.Ok, await world.RunAsync("plan"), "Channel stable: shop 1.0.0, release 1 of channel stable", "No changes: ");
        Verb.AssertEnded(ExitCodes.Ok, await world.RunAsync("plan", folder), "No changes: ");
        Verb.AssertEnded(ExitCodes.Ok, await world.RunAsync("diff"), "No differences: ");

        // A release that is held: fetched, and not applied.
        Assert.Equal(0, (await world.RunAsync("hold", "set", "--reason", "busy")).ExitCode);
        await world.Delivery.DeliverAsync(Two);
        Assert.Equal(ExitCodes.Waiting, (await world.RunAsync("sync")).ExitCode);
        var entries = world.Ledger().Count;
        var text = await world.RunAsync("plan");
        Verb.AssertEnded(ExitCodes.Changes, text, "note: release 2 is on its way", "  ~ Secret shop/login\n      ~ data.password: changed (the value is not shown)\n");
        var json = await world.RunAsync("plan", "--output", "json");
        var plan = JsonSerializer.Deserialize(json.Output, ContractsJsonContext.Default.PlanDocument)!;
        Assert.Equal((PlanDocument.PlanSchema, true, "2.0.0"), (plan.Schema, plan.HasChanges, plan.Channels[0].Bundle!.Version));
        Assert.Contains(plan.Channels[0].Objects, item => item is { Kind: "Secret", Action: PlanAction.Configured, Fields: [{ Masked: true, Before: null, After: null }] });
        AssertNoSecret(text);
        AssertNoSecret(json);

        // Beside a running daemon it says the same.
        world.Site.Start();
        await world.Site.AwaitStatusAsync(_ => true, "reachable");
        Assert.Equal(text.Output, (await world.RunAsync("plan")).Output);
        Assert.Equal(entries, world.Ledger().Count);
        Assert.Contains("1.0.0", await world.PageAsync(), StringComparison.Ordinal);
    }

    [PeerFact]
    public async Task A_reference_is_planned_only_if_the_site_trusts_it()
    {
        await using var world = await ShopWorld.StartAsync(withPods: false);
        var reference = $"{world.Delivery.BundleRepository}@{await world.Delivery.PushAsync(One)}";
        Verb.AssertFailed(ExitCodes.NotTrusted, await world.RunAsync("plan", reference), "this site does not trust it", $"({ReasonCodes.SignatureMissing})", "--allow-untrusted");
        Verb.AssertEnded(ExitCodes.Changes, await world.RunAsync("plan", reference, "--allow-untrusted"), "NOT TRUSTED by this site's policy", "  + Namespace shop\n");
        await world.Delivery.SignAsync(reference.Split('@')[1]);
        Verb.AssertEnded(ExitCodes.Changes, await world.RunAsync("plan", reference), "  + Namespace shop\n");

        // A release record, as its tag names it.
        await world.Delivery.PublishAsync(reference.Split('@')[1], One);
        Verb.AssertEnded(ExitCodes.Changes, await world.RunAsync("plan", $"{world.Delivery.ReleaseRepository}:stable"), "shop 1.0.0, release 1, ");
        Verb.AssertFailed(ExitCodes.NotFound, await world.RunAsync("plan", $"{world.Delivery.BundleRepository}:nothing"), "the registry has no");
        Verb.AssertFailed(ExitCodes.Usage, await world.RunAsync("plan", "--channel", "other"), "(ChannelUnknown)", "It has: stable.");
    }

    [PeerFact]
    public async Task A_trust_root_and_its_revocations_count_as_for_the_agent()
    {
        await using var world = await ShopWorld.StartAsync(withPods: false);
        var fixture = new TrustFixture(world.Delivery, world.Session["trust"]);
        await fixture.MakeAsync(1, "r1 r2");
        await world.ReconfigureAsync(configuration => configuration with { TrustRoot = fixture.Root(1) });
        var digest = await world.Delivery.PushAsync(One);
        await world.Delivery.SignAsync(digest);
        var reference = $"{world.Delivery.BundleRepository}@{digest}";
        Verb.AssertEnded(ExitCodes.Changes, await world.RunAsync("plan", reference), "  + Namespace shop\n");

        var list = await fixture.RevokeAsync("revocations.json", fixture.Root(1), "r1 r2", "--revoke-bundle", digest);
        Verb.AssertEnded(ExitCodes.Ok, await world.RunAsync("trust", "import", list));
        Verb.AssertFailed(ExitCodes.NotTrusted, await world.RunAsync("plan", reference), $"({TrustReasons.BundleRevoked})");
    }

    [PeerFact]
    public async Task What_the_site_would_refuse_is_said_at_once_with_its_own_code()
    {
        await using var world = await ShopWorld.StartAsync(withPods: false);
        await world.Delivery.DeliverAsync(One);
        Assert.Equal(0, (await world.RunAsync("sync")).ExitCode);
        var folder = world.Session["small"];
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "bundle.yaml"), "schema: edgesync.dev/bundle/v1\nname: shop\nversion: \"3\"\nrequires: {kubernetes: \">=1.99\"}\n");
        await File.WriteAllTextAsync(Path.Combine(folder, "all.yaml"), "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: default}\n");
        Verb.AssertEnded(
            ExitCodes.Refused, await world.RunAsync("plan", folder),
            "  - Namespace shop\n", "Namespace shop would be deleted, and what it holds with it (DestructiveChange)", "hint: If this is meant", "(RequirementsNotMet)");

        // Neither the linter nor an API server that cannot decode a Secret may quote it.
        await File.WriteAllTextAsync(Path.Combine(folder, "all.yaml"), "apiVersion: v1\nkind: Secret\nmetadata: {name: login, namespace: default}\ndata: {password: 123456789}\n");
        var secret = await world.RunAsync("plan", folder);
        Verb.AssertEnded(ExitCodes.BadInput, secret, "  ! Secret default/login: the API server cannot read the Secret", "Secret default/login breaks this rule", "(field-type)");
        Assert.DoesNotContain("123456789", secret.Output + secret.Error, StringComparison.Ordinal);

        await File.WriteAllTextAsync(Path.Combine(folder, "all.yaml"), "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: default\n");
        Verb.AssertFailed(ExitCodes.BadInput, await world.RunAsync("plan", folder), $"({ReasonCodes.BundleInvalid})", "all.yaml:");

        await world.ReconfigureAsync(site => site with { Kubeconfig = Path.Combine(folder, "kubeconfig") });
        await File.WriteAllTextAsync(
            Path.Combine(folder, "kubeconfig"), (await File.ReadAllTextAsync(world.Node.KubeconfigPath)).Replace(world.Node.Api.BaseUri.Port.ToString(System.Globalization.CultureInfo.InvariantCulture), "1", StringComparison.Ordinal));
        Verb.AssertFailed(ExitCodes.Unavailable, await world.RunAsync("plan"), "(ClusterUnreachable)");
        Verb.AssertFailed(ExitCodes.Unavailable, await world.RunAsync("diff"), "(ClusterUnreachable)");
    }

    [PeerFact]
    public async Task A_diff_names_what_is_missing_and_who_changed_what()
    {
        await using var world = await ShopWorld.StartAsync(withPods: false);
        Verb.AssertFailed(ExitCodes.NotFound, await world.RunAsync("diff"), "nothing has become healthy here yet", "(NoReleaseKnown)");
        await world.Delivery.DeliverAsync(One);
        Assert.Equal(0, (await world.RunAsync("sync")).ExitCode);
        await world.Node.Api.CoreV1.DeleteNamespacedConfigMapAsync("pages", "shop");
        await world.Node.Api.CoreV1.PatchNamespacedSecretAsync(
            new k8s.Models.V1Patch($$"""{"stringData": {"password": "{{Password}}"} }""", k8s.Models.V1Patch.PatchType.MergePatch), "login", "shop", fieldManager: "kubectl-edit");

        var text = await world.RunAsync("diff");
        var json = await world.RunAsync("diff", "--output", "json");

        Verb.AssertEnded(ExitCodes.Changes, text, "  - ConfigMap shop/pages is missing\n", "~ data.password: was changed (the value is not shown)   (kubectl-edit, ", "Differences: 1 missing, 1 drifted, 0 left over");
        var diff = JsonSerializer.Deserialize(json.Output, ContractsJsonContext.Default.PlanDocument)!;
        Assert.Equal(PlanDocument.DiffSchema, diff.Schema);
        Assert.Equal([PlanAction.Drifted, PlanAction.Missing], diff.Channels[0].Objects.Select(item => item.Action).Where(action => action != PlanAction.Unchanged).Order().Reverse());
        AssertNoSecret(text);
        AssertNoSecret(json);
    }

    private static void AssertNoSecret(ToolResult result)
    {
        foreach (var value in new[] { Password, "hunter1-and-less" })
        {
            Assert.DoesNotContain(value, result.Output + result.Error, StringComparison.Ordinal);
            Assert.DoesNotContain(Convert.ToBase64String(Encoding.UTF8.GetBytes(value)), result.Output + result.Error, StringComparison.Ordinal);
        }
    }
}
