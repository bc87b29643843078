using EdgeSync.Oci.Manifests;
using EdgeSync.Oci.References;
using EdgeSync.Oci.Registries;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Timing;
using EdgeSync.Signing.Cosign;
using EdgeSync.Signing.Keys;
using EdgeSync.Signing.Verification;
using EdgeSync.Testbed;
using EdgeSync.Testbed.Images;
using EdgeSync.Testbed.Peers;
using EdgeSync.Testbed.Registries;

namespace EdgeSync.Signing.Tests.Peers;

/// <summary>A real registry, and the real cosign 2 and 3, with no network but loopback.</summary>
public sealed class CosignFixture : PeerFixture
{
    private const string Password = "test";
    private readonly Dictionary<int, PeerTool> _cosign = [];
    private TestbedSession? _session;
    private RegistryServer? _server;
    private int _images;

    public RegistryClient Registry { get; private set; } = null!;

    public string this[string name] => _session![name];

    protected override async Task StartAsync()
    {
        _session = await TestbedSession.StartAsync();
        _server = await RegistryServer.StartAsync(_session);
        _cosign[2] = await PeerTool.Cosign2Async();
        _cosign[3] = await PeerTool.Cosign3Async();
        Registry = new RegistryClient(new Oci.Registries.RegistryOptions { Host = _server.Address, PlainHttp = true }, TimeProvider.System, new RetryPolicy(TimeProvider.System, new Random(1)));
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

    /// <summary>A new image, named by digest.</summary>
    public async Task<OciReference> PushImageAsync()
    {
        var number = Interlocked.Increment(ref _images);
        var content = new ImageContent { Files = new Dictionary<string, string> { ["number"] = $"{number}" } };
        return OciReference.Parse((await BusyboxImage.PushAsync(_server!, $"retail/shop-{number}", "v1", content)).Pinned);
    }

    /// <summary>Runs one of the two versions of cosign.</summary>
    public Task<ToolResult> CosignAsync(int version, params string[] arguments) => CosignAsync(version, new Dictionary<string, string?>(), arguments);

    /// <summary>The same with more variables.</summary>
    public Task<ToolResult> CosignAsync(int version, Dictionary<string, string?> environment, params string[] arguments) =>
        _cosign[version].RunAsync(new ToolRequest(arguments)
        {
            Environment = new Dictionary<string, string?>(environment) { ["COSIGN_PASSWORD"] = Password, ["HOME"] = _session!.Folder },
            WorkingDirectory = _session.Folder,
        });

    /// <summary>Converts a key of ours into a file of cosign's format, which both versions read, and returns its path. The import of Debian's cosign 2 fails.</summary>
    public async Task<string> ImportAsync(SigningKey key)
    {
        var prefix = this[$"import-{key.PublicKey.Id.ToShortString()}"];
        var file = prefix + ".key";
        if (!File.Exists(file))
        {
            await File.WriteAllTextAsync(prefix + ".pem", key.ToPem(null));
            (await CosignAsync(3, "import-key-pair", "--key", prefix + ".pem", "--output-key-prefix", prefix)).EnsureSuccess();
        }

        return file;
    }

    /// <summary>The path of a file with the public key.</summary>
    public async Task<string> WritePublicAsync(VerificationKey key)
    {
        var path = this[$"{key.Id.ToShortString()}-{Guid.NewGuid():N}.pub"];
        await File.WriteAllTextAsync(path, key.ToPem());
        return path;
    }

    /// <summary>Signs with the tag scheme and without a network.</summary>
    public async Task SignAsync(int version, string key, OciReference image, params string[] more)
    {
        string[] flags = version == 2
            ? ["--tlog-upload=false"]
            : ["--tlog-upload=false", "--use-signing-config=false", "--new-bundle-format=false"];
        (await CosignAsync(version, ["sign", "--key", key, .. flags, .. more, "-y", image.ToString()])).EnsureSuccess();
    }

    public Task<ToolResult> VerifyAsync(int version, string publicKey, OciReference image) =>
        CosignAsync(version, "verify", "--key", publicKey, "--insecure-ignore-tlog=true", image.ToString());

    /// <summary>Fetches the manifest of a tag and the blobs that the verifier wants, as a site does.</summary>
    public async Task<SignatureArtifact> FetchAsync(OciReference image, string tag)
    {
        var manifest = await Registry.FindManifestAsync(image.Repository, tag, CancellationToken.None);
        Assert.NotNull(manifest);
        return await FetchAsync(image, manifest);
    }

    private async Task<SignatureArtifact> FetchAsync(OciReference image, ReceivedManifest manifest)
    {
        var blobs = new Dictionary<Digest, ReadOnlyMemory<byte>>();
        foreach (var blob in SignatureArtifact.FindWantedBlobs(manifest.Bytes))
        {
            blobs[blob.Digest] = await Registry.GetBlobAsync(image.Repository, blob, SignatureArtifact.MaxAttestationBytes, CancellationToken.None);
        }

        return new SignatureArtifact(manifest.Bytes, blobs);
    }

    /// <summary>All signatures and attestations of an image: under cosign's tags, and in the index that replaces the referrers API.</summary>
    public async Task<IReadOnlyList<SignatureArtifact>> FetchAllAsync(OciReference image)
    {
        var digest = image.Digest!.Value;
        var tags = new List<string> { CosignSignatures.TagOf(digest), CosignSignatures.AttestationTagOf(digest) };
        var found = new List<SignatureArtifact>();
        foreach (var tag in tags)
        {
            if (await Registry.FindManifestAsync(image.Repository, tag, CancellationToken.None) is not null)
            {
                found.Add(await FetchAsync(image, tag));
            }
        }

        foreach (var referrer in await Registry.GetReferrersAsync(image.Repository, digest, artifactType: null, CancellationToken.None))
        {
            found.Add(await FetchAsync(image, await Registry.GetManifestAsync(image.Repository, referrer.Digest, CancellationToken.None)));
        }

        return found;
    }

    /// <summary>Lets cosign 3 sign or attest into a Sigstore bundle, without a network.</summary>
    public async Task BundleAsync(string verb, string key, params string[] arguments)
    {
        var configuration = this[$"signing-{Guid.NewGuid():N}.json"];
        var root = this[$"root-{Guid.NewGuid():N}.json"];
        (await CosignAsync(3, "signing-config", "create", "--out", configuration)).EnsureSuccess();
        (await CosignAsync(3, "trusted-root", "create", "--out", root)).EnsureSuccess();
        (await CosignAsync(3, [verb, "--key", key, "--signing-config", configuration, "--trusted-root", root, "-y", .. arguments])).EnsureSuccess();
    }

    /// <summary>Adds a signature with our own code.</summary>
    public async Task AppendAsync(OciReference image, SigningKey key)
    {
        var tag = CosignSignatures.TagOf(image.Digest!.Value);
        var existing = await Registry.FindManifestAsync(image.Repository, tag, CancellationToken.None);
        var artifact = CosignSignatures.Append(new SimpleSigningPayload(image.Digest.Value, image.Name), key, existing?.Content);
        Assert.NotNull(artifact);
        foreach (var blob in artifact.Blobs)
        {
            await Registry.PushBlobAsync(image.Repository, blob.Descriptor.MediaType, blob.Content, CancellationToken.None);
        }

        await Registry.PushManifestAsync(image.Repository, tag, MediaTypes.ImageManifest, artifact.Manifest, CancellationToken.None);
    }
}
