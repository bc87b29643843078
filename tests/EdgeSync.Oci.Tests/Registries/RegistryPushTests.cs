using System.Text;
using EdgeSync.Oci.Manifests;
using EdgeSync.Oci.Registries;
using EdgeSync.Oci.Tests.Peers;
using EdgeSync.Primitives;
using EdgeSync.Testbed.Peers;

namespace EdgeSync.Oci.Tests.Registries;

/// <summary>Pushes to a real docker-registry 2.8, which has no referrers API.</summary>
public sealed class RegistryPushTests(RegistryFixture peer) : IClassFixture<RegistryFixture>, IDisposable
{
    private readonly RegistryClient _client =
        TestClients.Create(TestClients.Options(peer.Registry.Address) with { UploadChunkSize = 64 * 1024 });

    private readonly CancellationTokenSource _limit = new(TestClients.Limit);

    [PeerTheory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(64 * 1024)]
    [InlineData((64 * 1024) + 1)]
    [InlineData(1_000_000)]
    public async Task PushBlobAsync_AnySize_ArrivesWhole(int size)
    {
        var bytes = Noise(size, seed: size);

        var blob = await _client.PushBlobAsync("push/blob", MediaTypes.OctetStream, bytes, _limit.Token);

        Assert.Equal(bytes, await _client.GetBlobAsync("push/blob", blob, size, _limit.Token));
    }

    [PeerFact]
    public async Task PushBlobAsync_BlobThatIsThere_IsNotSentAgain()
    {
        var bytes = Noise(1000, seed: 5);
        var blob = Descriptor.Of(MediaTypes.OctetStream, bytes);
        Task<Stream> Open(CancellationToken token) => Task.FromResult<Stream>(new MemoryStream(bytes));

        Assert.True(await _client.PushBlobAsync("push/twice", blob, Open, _limit.Token));
        Assert.False(await _client.PushBlobAsync("push/twice", blob, Open, _limit.Token));
    }

    [PeerFact]
    public async Task PushBlobAsync_ContentIsNotWhatTheDescriptorSays_IsRefusedByTheRegistry()
    {
        var blob = Descriptor.Of(MediaTypes.OctetStream, "right"u8);

        var failure = await Assert.ThrowsAsync<RegistryException>(() => _client.PushBlobAsync(
            "push/wrong", blob, _ => Task.FromResult<Stream>(new MemoryStream("wrong"u8.ToArray())), _limit.Token));

        Assert.Equal(RegistryReasons.PushRejected, failure.Reason);
        Assert.Contains("DIGEST_INVALID", failure.Message, StringComparison.Ordinal);
    }

    [PeerFact]
    public async Task MountBlobAsync_BlobOfAnotherRepository_IsTakenOverWithoutSending()
    {
        var blob = await _client.PushBlobAsync("mount/from", MediaTypes.OctetStream, Noise(5000, seed: 6), _limit.Token);

        Assert.True(await _client.MountBlobAsync("mount/to", blob.Digest, "mount/from", _limit.Token));
        Assert.True(await _client.BlobExistsAsync("mount/to", blob.Digest, _limit.Token));
        Assert.False(await _client.MountBlobAsync("mount/to", Digest.Of("nobody has it"u8), "mount/from", _limit.Token));
    }

    [PeerFact]
    public async Task PushManifestAsync_Artifact_IsReadByCraneAndOras()
    {
        var (bytes, digest) = await PushArtifactAsync("push/artifact", tag: "v1");
        var crane = await PeerTool.CraneAsync(_limit.Token);
        var oras = await PeerTool.OrasAsync(_limit.Token);

        var byCrane = (await crane.RunAsync(_limit.Token, "manifest", $"{peer.Registry.Address}/push/artifact:v1")).EnsureSuccess();
        var byOras = (await oras.RunAsync(
            _limit.Token, "manifest", "fetch", "--plain-http", "--descriptor", $"{peer.Registry.Address}/push/artifact:v1")).EnsureSuccess();

        Assert.Equal(Encoding.UTF8.GetString(bytes), byCrane.Output.TrimEnd('\n'));
        Assert.Contains(digest.ToString(), byOras.Output, StringComparison.Ordinal);
    }

    [PeerFact]
    public async Task PushManifestAsync_BlobIsMissing_IsRefusedByTheRegistry()
    {
        var missing = Descriptor.Of(MediaTypes.OctetStream, "never pushed"u8);

        var failure = await Assert.ThrowsAsync<RegistryException>(() => _client.PushManifestAsync(
            "push/missing", "v1", MediaTypes.ImageManifest, Artifact(missing), _limit.Token));

        Assert.Equal(RegistryReasons.PushRejected, failure.Reason);
    }

    [PeerFact]
    public async Task PushReferrerAsync_RegistryWithoutApi_IsFoundByUsAndByOras()
    {
        var (_, subject) = await PushArtifactAsync("push/refer", tag: "v1");
        var first = await PushReferrerAsync("push/refer", subject, "application/x-first");
        var second = await PushReferrerAsync("push/refer", subject, "application/x-second");
        await PushReferrerAsync("push/refer", subject, "application/x-second");

        var all = await _client.GetReferrersAsync("push/refer", subject, artifactType: null, _limit.Token);
        var filtered = await _client.GetReferrersAsync("push/refer", subject, "application/x-second", _limit.Token);
        var oras = await PeerTool.OrasAsync(_limit.Token);
        var byOras = (await oras.RunAsync(
            _limit.Token, "discover", "--plain-http", "--format", "json", $"{peer.Registry.Address}/push/refer@{subject}")).EnsureSuccess();

        Assert.Equal([first, second], all.Select(d => d.Digest));
        Assert.Equal([second], filtered.Select(d => d.Digest));
        Assert.Contains(first.ToString(), byOras.Output, StringComparison.Ordinal);
        Assert.Contains(second.ToString(), byOras.Output, StringComparison.Ordinal);
    }

    [PeerFact]
    public async Task GetReferrersAsync_ReferrerPushedByOras_IsFound()
    {
        var (_, subject) = await PushArtifactAsync("push/orasrefer", tag: "v1");
        var oras = await PeerTool.OrasAsync(_limit.Token);
        (await oras.RunAsync(
            _limit.Token, "attach", "--plain-http", "--artifact-type", "application/x-oras", "-a", "by=oras",
            $"{peer.Registry.Address}/push/orasrefer:v1")).EnsureSuccess();

        var found = await _client.GetReferrersAsync("push/orasrefer", subject, "application/x-oras", _limit.Token);

        Assert.Equal("oras", Assert.Single(found).Annotation("by"));
    }

    [PeerFact]
    public async Task GetReferrersAsync_NothingRefers_IsEmpty()
    {
        var (_, subject) = await PushArtifactAsync("push/lonely", tag: "v1");

        Assert.Empty(await _client.GetReferrersAsync("push/lonely", subject, artifactType: null, _limit.Token));
    }

    public void Dispose()
    {
        _client.Dispose();
        _limit.Dispose();
    }

    private async Task<(byte[] Bytes, Digest Digest)> PushArtifactAsync(string repository, string tag)
    {
        var config = await _client.PushBlobAsync(repository, MediaTypes.Empty, "{}"u8.ToArray(), _limit.Token);
        var bytes = Artifact(config);
        var pushed = await _client.PushManifestAsync(repository, tag, MediaTypes.ImageManifest, bytes, _limit.Token);
        Assert.False(pushed.SubjectRecorded);
        return (bytes, pushed.Descriptor.Digest);
    }

    private async Task<Digest> PushReferrerAsync(string repository, Digest subject, string artifactType)
    {
        var config = await _client.PushBlobAsync(repository, MediaTypes.Empty, "{}"u8.ToArray(), _limit.Token);
        var manifest = await _client.GetManifestAsync(repository, subject, _limit.Token);
        var pushed = await _client.PushReferrerAsync(
            repository, MediaTypes.ImageManifest, Artifact(config, artifactType, manifest.Descriptor), _limit.Token);
        return pushed.Digest;
    }

    private static byte[] Artifact(Descriptor blob, string artifactType = "application/x-test", Descriptor? subject = null) =>
        System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(
            new ImageManifest
            {
                SchemaVersion = 2,
                MediaType = MediaTypes.ImageManifest,
                ArtifactType = artifactType,
                Config = blob,
                Layers = [blob],
                Subject = subject,
            },
            OciJsonContext.Default.ImageManifest);

    private static byte[] Noise(int size, int seed)
    {
        var bytes = new byte[size];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
