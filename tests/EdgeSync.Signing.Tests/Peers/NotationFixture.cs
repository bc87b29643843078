using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeSync.Oci.Manifests;
using EdgeSync.Oci.References;
using EdgeSync.Oci.Registries;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Timing;
using EdgeSync.Signing.Notation;
using EdgeSync.Signing.Tests.Notation.World;
using EdgeSync.Signing.Tests.Sigstore.World;
using EdgeSync.Signing.Verification;
using EdgeSync.Testbed;
using EdgeSync.Testbed.Images;
using EdgeSync.Testbed.Peers;
using EdgeSync.Testbed.Registries;

namespace EdgeSync.Signing.Tests.Peers;

/// <summary>A real registry, the real notation, and authorities of the tests' own on loopback.</summary>
public sealed class NotationFixture : PeerFixture
{
    private readonly Dictionary<string, ChainRecipe> _chains = [];
    private PeerTool _notation = null!;
    private TestbedSession? _session;
    private RegistryServer? _server;
    private TimestampServer? _timestamps;
    private int _images;

    public RegistryClient Registry { get; private set; } = null!;

    public string this[string name] => _session![name];

    internal ChainRecipe Chain(string key) => _chains[key];

    protected override async Task StartAsync()
    {
        _session = await TestbedSession.StartAsync();
        _server = await RegistryServer.StartAsync(_session);
        _notation = await PeerTool.NotationAsync();
        _timestamps = TimestampServer.Start();
        Registry = new RegistryClient(new Oci.Registries.RegistryOptions { Host = _server.Address, PlainHttp = true }, TimeProvider.System, new RetryPolicy(TimeProvider.System, new Random(1)));
        var keys = new JsonArray();
        foreach (var (name, key) in new (string, AsymmetricAlgorithm)[]
        {
            ("rsa-2048", RSA.Create(2048)), ("rsa-3072", RSA.Create(3072)), ("rsa-4096", RSA.Create(4096)),
            ("p256", ECDsa.Create(ECCurve.NamedCurves.nistP256)),
            ("p384", ECDsa.Create(ECCurve.NamedCurves.nistP384)),
            ("p521", ECDsa.Create(ECCurve.NamedCurves.nistP521)),
        })
        {
            keys.Add(AddKey(name, key));
        }

        Directory.CreateDirectory(this["notation"]);
        await File.WriteAllTextAsync(this["notation/signingkeys.json"], new JsonObject { ["keys"] = keys }.ToJsonString());
        await File.WriteAllTextAsync(this["tsa.pem"], ChainRecipe.Pem([TestWorld.TimestampRoot.Root.RawData]));
    }

    protected override async Task StopAsync()
    {
        Registry?.Dispose();
        if (_timestamps is not null)
        {
            await _timestamps.DisposeAsync();
        }

        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        if (_session is not null)
        {
            await _session.DisposeAsync();
        }
    }

    public async Task<OciReference> PushImageAsync()
    {
        var number = Interlocked.Increment(ref _images);
        var content = new ImageContent { Files = new Dictionary<string, string> { ["number"] = $"notation {number}" } };
        return OciReference.Parse((await BusyboxImage.PushAsync(_server!, $"retail/notation-{number}", "v1", content)).Pinned);
    }

    public async Task<Descriptor> DescribeAsync(OciReference image) =>
        Descriptor.Of(MediaTypes.ImageManifest, (await Registry.GetManifestAsync(image.Repository, image.Digest!.Value, CancellationToken.None)).Bytes.Span);

    public async Task SignAsync(OciReference image, string format, string key, params string[] more) =>
        (await RunAsync(["sign", "--insecure-registry", "--signature-format", format, "--key", key, .. more, image.ToString()])).EnsureSuccess();

    public Task SignWithTimestampAsync(OciReference image, string format, string key) =>
        SignAsync(image, format, key, "--timestamp-url", _timestamps!.Url, "--timestamp-root-cert", this["tsa.pem"]);

    public Task<ToolResult> RunAsync(params string[] arguments) => _notation.RunAsync(new ToolRequest(arguments)
    {
        Environment = new Dictionary<string, string?> { ["XDG_CONFIG_HOME"] = _session!.Folder, ["HOME"] = _session.Folder },
        WorkingDirectory = _session.Folder,
    });

    /// <summary>Stores an envelope where notation expects it in a registry without the referrers API.</summary>
    public async Task PushSignatureAsync(OciReference image, Descriptor target, byte[] envelope, string mediaType)
    {
        await Registry.PushBlobAsync(image.Repository, NotationArtifact.MediaType, "{}"u8.ToArray(), CancellationToken.None);
        await Registry.PushBlobAsync(image.Repository, mediaType, envelope, CancellationToken.None);
        var manifest = JsonSerializer.SerializeToUtf8Bytes(
            new ImageManifest
            {
                SchemaVersion = 2,
                MediaType = MediaTypes.ImageManifest,
                Config = Descriptor.Of(NotationArtifact.MediaType, "{}"u8),
                Layers = [Descriptor.Of(mediaType, envelope)],
                Subject = target,
                Annotations = new Dictionary<string, string> { ["io.cncf.notary.x509chain.thumbprint#S256"] = "[]" },
            },
            OciJsonContext.Default.ImageManifest);
        var described = Descriptor.Of(MediaTypes.ImageManifest, manifest) with { ArtifactType = NotationArtifact.MediaType };
        await Registry.PushManifestAsync(image.Repository, tag: null, MediaTypes.ImageManifest, manifest, CancellationToken.None);
        var index = JsonSerializer.SerializeToUtf8Bytes(
            new ImageIndex { SchemaVersion = 2, MediaType = MediaTypes.ImageIndex, Manifests = [described] }, OciJsonContext.Default.ImageIndex);
        await Registry.PushManifestAsync(image.Repository, $"sha256-{target.Digest.Hex}", MediaTypes.ImageIndex, index, CancellationToken.None);
    }

    /// <summary>notation's own verdict at the level strict, with a configuration of its own.</summary>
    internal async Task<ToolResult> VerifyAsync(OciReference image, ChainRecipe chain)
    {
        var folder = this[$"verify-{Guid.NewGuid():N}"];
        var store = Path.Combine(folder, "notation/truststore/x509/ca/shop");
        Directory.CreateDirectory(store);
        await File.WriteAllTextAsync(Path.Combine(store, "root.pem"), ChainRecipe.Pem([chain.Certificates[^1]]));
        await File.WriteAllTextAsync(
            Path.Combine(folder, "notation/trustpolicy.json"),
            """{"version":"1.0","trustPolicies":[{"name":"shop","registryScopes":["*"],"signatureVerification":{"level":"strict"},"trustStores":["ca:shop"],"trustedIdentities":["x509.subject: C=US, ST=WA, O=Shop, OU=Release"]}]}""");
        return await _notation.RunAsync(new ToolRequest("verify", "--insecure-registry", image.ToString())
        {
            Environment = new Dictionary<string, string?> { ["XDG_CONFIG_HOME"] = folder, ["HOME"] = folder },
            WorkingDirectory = folder,
        });
    }

    /// <summary>Reads each referrer under the fallback tag, and fetches the blobs that the verifier wants, as a site does.</summary>
    internal async Task<(ReadOnlyMemory<byte> Envelope, string MediaType)> FetchAsync(OciReference image, Descriptor target)
    {
        var index = await Registry.FindManifestAsync(image.Repository, $"sha256-{target.Digest.Hex}", CancellationToken.None);
        foreach (var referrer in Assert.IsType<ImageIndex>(index!.Content).Manifests)
        {
            var manifest = await Registry.GetManifestAsync(image.Repository, referrer.Digest, CancellationToken.None);
            var blobs = new Dictionary<Digest, ReadOnlyMemory<byte>>();
            foreach (var blob in SignatureArtifact.FindWantedBlobs(manifest.Bytes))
            {
                blobs[blob.Digest] = await Registry.GetBlobAsync(image.Repository, blob, SignatureArtifact.MaxBlobBytes, CancellationToken.None);
            }

            if (manifest.Content is ImageManifest content && NotationArtifact.Recognises(content))
            {
                var found = NotationArtifact.TryFindEnvelope(
                    content, new SignatureArtifact(manifest.Bytes, blobs), target, out var envelope, out var mediaType, out var problem);
                Assert.True(found, problem);
                return (envelope, mediaType);
            }
        }

        throw new InvalidOperationException("notation left no signature");
    }

    private JsonObject AddKey(string name, AsymmetricAlgorithm key)
    {
        var chain = new ChainRecipe { Leaf = { Key = key } };
        chain.ValidAround(TimeProvider.System.GetUtcNow());
        _chains[name] = chain;
        File.WriteAllText(this[name + ".key"], key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(this[name + ".pem"], ChainRecipe.Pem(chain.Certificates));
        return new JsonObject { ["name"] = name, ["keyPath"] = this[name + ".key"], ["certPath"] = this[name + ".pem"] };
    }
}
