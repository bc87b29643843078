using System.Text;
using System.Text.Json;
using EdgeSync.Agent.Commands;
using EdgeSync.Oci.Manifests;
using EdgeSync.Oci.References;
using EdgeSync.Oci.Registries;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Timing;
using EdgeSync.Signing.Keys;
using EdgeSync.Signing.Verification;
using EdgeSync.Testbed;
using EdgeSync.Testbed.Registries;

namespace EdgeSync.Agent.Tests.Publishing;

/// <summary>A real registry with a bundle in it, key files, and the verbs as a person runs them.</summary>
public sealed class PublishingFixture : PeerFixture
{
    private TestbedSession? _session;
    private RegistryServer? _server;

    public RegistryClient Registry { get; private set; } = null!;

    public OciReference Bundle { get; private set; } = null!;

    public OciReference Channels => OciReference.Create(_server!.Address, "retail/channels");

    public string this[string name] => _session![name];

    protected override async Task StartAsync()
    {
        _session = await TestbedSession.StartAsync();
        _server = await RegistryServer.StartAsync(_session);
        Registry = new RegistryClient(
            new Oci.Registries.RegistryOptions { Host = _server.Address, PlainHttp = true }, TimeProvider.System, new RetryPolicy(TimeProvider.System, new Random(1)));
        foreach (var name in new[] { "a", "b", "c" })
        {
            using var key = SigningKey.Create(name);
            await SigningKeyFile.SaveNewAsync(key, this[name], null, CancellationToken.None);
        }

        Bundle = await PushBundleAsync("2.1.0");
    }

    protected override async Task StopAsync()
    {
        Registry?.Dispose();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        if (_session is not null)
        {
            await _session.DisposeAsync();
        }
    }

    public async Task<OciReference> PushBundleAsync(string version, string repository = "retail/shop")
    {
        var index = new ImageIndex
        {
            SchemaVersion = 2,
            MediaType = MediaTypes.ImageIndex,
            Manifests = [],
            Annotations = new Dictionary<string, string>
            {
                ["org.opencontainers.image.title"] = "shop",
                ["org.opencontainers.image.version"] = version,
            },
        };
        var bytes = JsonSerializer.SerializeToUtf8Bytes(index, OciJsonContext.Default.ImageIndex);
        await Registry.PushManifestAsync(repository, "v", MediaTypes.ImageIndex, bytes, CancellationToken.None);
        return OciReference.Create(_server!.Address, repository, digest: Digest.Of(bytes));
    }

    /// <summary>Runs a verb to its end. Returns its exit code and all that it printed.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        var output = new StringWriter(new StringBuilder());
        var (before, errorBefore) = (Console.Out, Console.Error);
        Console.SetOut(output);
        Console.SetError(output);
        try
        {
            return (await CommandLine.RunAsync(arguments), output.ToString());
        }
        finally
        {
            Console.SetOut(before);
            Console.SetError(errorBefore);
        }
    }

    public Task<(int ExitCode, string Output)> PublishAsync(string channel, params string[] more) => RunAsync([
        "release", "publish", Channels.ToString(), "--plain-http", "--channel", channel, "--bundle", Bundle.ToString(), .. more]);

    /// <summary>The payload digest that a verb printed.</summary>
    public static string PayloadIn(string output) =>
        output.Split('\n').Single(line => line.StartsWith("payload", StringComparison.Ordinal))["payload    ".Length..].Trim();

    public async Task<SignatureArtifact> FetchSignaturesAsync(OciReference image, string tag)
    {
        var manifest = await Registry.FindManifestAsync(image.Repository, tag, CancellationToken.None);
        var blobs = new Dictionary<Digest, ReadOnlyMemory<byte>>();
        foreach (var blob in SignatureArtifact.FindWantedBlobs(manifest!.Bytes))
        {
            blobs[blob.Digest] = await Registry.GetBlobAsync(image.Repository, blob, SignatureArtifact.MaxBlobBytes, CancellationToken.None);
        }

        return new SignatureArtifact(manifest.Bytes, blobs);
    }
}
