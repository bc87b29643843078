using EdgeSync.Testbed;
using EdgeSync.Testbed.Peers;
using EdgeSync.Testbed.Registries;
using EdgeSync.Testbed.Shop;

namespace EdgeSync.EndToEnd.Tests.Harness;

/// <summary>A publisher: a registry, keys, and folders to build bundles from, shared by the tests of a class.</summary>
public sealed class PublisherFixture : PeerFixture
{
    private int _folders;

    internal TestbedSession Session { get; private set; } = null!;

    internal RegistryServer Registry { get; private set; } = null!;

    internal ShopDelivery Delivery { get; private set; } = null!;

    /// <summary>A bundle in the registry, by digest.</summary>
    internal string Bundle { get; private set; } = "";

    protected override async Task StartAsync()
    {
        Session = await TestbedSession.StartAsync();
        Registry = await RegistryServer.StartAsync(Session);
        Delivery = await ShopDelivery.CreateAsync(ShopWorld.EdgeSync, Session["keys"], Registry.Address);
        Bundle = $"{Delivery.BundleRepository}@{await Delivery.PushAsync(new ShopVersion("1.0.0") { HasPods = false })}";
    }

    protected override async Task StopAsync()
    {
        await Registry.DisposeAsync();
        await Session.DisposeAsync();
    }

    internal static Task<ToolResult> RunAsync(params string[] verb) => ShopWorld.EdgeSync.RunAsync(verb);

    /// <summary>A path in the folder of the run that does not exist yet.</summary>
    internal string NewPath(string name) => Session[$"{name}-{Interlocked.Increment(ref _folders)}"];

    /// <summary>A folder to build a bundle from.</summary>
    internal async Task<string> WriteSourceAsync(params (string File, string Text)[] files)
    {
        var folder = Directory.CreateDirectory(NewPath("source")).FullName;
        foreach (var (file, text) in files.Prepend(("bundle.yaml", "schema: edgesync.dev/bundle/v1\nname: desk\nversion: \"1.0.0\"\n")))
        {
            await File.WriteAllTextAsync(Path.Combine(folder, file), text);
        }

        return folder;
    }

    /// <summary>A trust policy that trusts one key for releases and bundles.</summary>
    internal async Task<string> WritePolicyAsync(string publicKey)
    {
        var policy = NewPath("trust.yaml");
        await File.WriteAllTextAsync(policy, $$"""
            schema: edgesync.dev/trust/v1
            authorities:
              - name: builder
                key: {file: {{publicKey}}}
            releases:
              - authorities: [builder]
            bundles:
              - name: all
                authorities: [builder]
            """);
        return policy;
    }
}
