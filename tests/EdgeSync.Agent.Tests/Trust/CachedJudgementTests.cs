using System.Text.Json;
using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.Sources;
using EdgeSync.Agent.State;
using EdgeSync.Agent.Tests.Publishing;
using EdgeSync.Agent.Time;
using EdgeSync.Agent.Trust;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Releases;
using EdgeSync.Oci.Content;
using EdgeSync.Oci.Download;
using EdgeSync.Oci.Manifests;
using EdgeSync.Oci.References;
using EdgeSync.Oci.Registries;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Timing;
using EdgeSync.Reconciliation;
using EdgeSync.Reconciliation.Ports;
using EdgeSync.Signing.Envelopes;
using EdgeSync.Signing.Keys;
using EdgeSync.Signing.Sigstore.Statements;
using EdgeSync.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using static EdgeSync.Agent.Tests.Publishing.PublishingFixture;

namespace EdgeSync.Agent.Tests.Trust;

/// <summary>The signatures that a site keeps with a bundle are enough to verify it again under another policy without a registry.</summary>
[Collection("console")]
public sealed class CachedJudgementTests(PublishingFixture fixture) : IClassFixture<PublishingFixture>, IDisposable
{
    private const string Approval = "https://example.com/approval/v1";

    private readonly List<IDisposable> _owned = [];

    public void Dispose() => _owned.ForEach(owned => owned.Dispose());

    [PeerFact]
    public async Task Another_policy_is_tried_on_what_the_cache_has()
    {
        var bundle = await fixture.PushBundleAsync($"{Guid.NewGuid():N}", "retail/kept");
        Assert.Equal(ExitCodes.Ok, (await RunAsync("bundle", "sign", bundle.ToString(), "--plain-http", "--key", fixture["a.key"])).ExitCode);
        await AttestAsync(bundle, """{"approved":true}""");
        var cache = await ContentStore.OpenAsync(fixture[$"kept-{Guid.NewGuid():N}"], TimeProvider.System, default);
        _owned.Add(cache);

        // The first policy asks for no attestation; it is kept all the same.
        var digest = (await Source(cache, "authorities: [build]", isOnline: true).VerifyAsync("stable", Revision(bundle), default)).Descriptor.Digest;
        Assert.Equal(bundle.Digest, digest);

        // Garbage collection keeps only what is kept with the bundle.
        var stray = await cache.WriteAsync(MediaTypes.Empty, "stray"u8.ToArray(), default);
        var mirror = new MirrorPublisher(cache, OciPlatform.Parse("linux/amd64"), new GarbageCollector(cache, NullLogger<GarbageCollector>.Instance), () => [digest]);
        await mirror.KeepAsync("stable", [digest], default);
        Assert.False(cache.Contains(stray.Digest));

        var approved = await Source(cache, Asking("$.approved"), isOnline: false).VerifyAsync("stable", Revision(bundle), default);
        Assert.Equal(bundle.Digest, approved.Descriptor.Digest);

        var refused = await Assert.ThrowsAnyAsync<EdgeSyncException>(
            () => Source(cache, Asking("$.reviewed"), isOnline: false).VerifyAsync("stable", Revision(bundle), default));
        Assert.Equal(ExitCodes.NotTrusted, refused.ExitCode);
        Assert.Contains("the rule 'kept'", refused.Message, StringComparison.Ordinal);
        Assert.Contains("$.reviewed is absent", refused.Message, StringComparison.Ordinal);

        var certain = await Assert.ThrowsAnyAsync<EdgeSyncException>(
            () => Source(cache, Asking("$.reviewed"), isOnline: true).VerifyAsync("stable", Revision(bundle), default));
        Assert.Equal((ReasonCodes.AttestationMissing, Disposition.Stalled), (certain.Reason, certain.Disposition));

        // By the verb, on the cache itself.
        var (exit, output) = await RunAsync("verify", $"{cache.Root}@{digest}", "--policy", Policy(Asking("$.approved")), "--repository", bundle.Name);
        Assert.True(exit == ExitCodes.Ok, output);
        Assert.Contains($"ok   attestation of type '{Approval}'", output, StringComparison.Ordinal);
    }

    private static string Asking(string path) =>
        $$"""authorities: [build], attestations: [{predicate: {type: {{Approval}} }, where: [{path: {{path}}, equals: true}]}]""";

    private static BundleRevision Revision(OciReference bundle) =>
        new() { Name = "shop", Version = "1", Repository = bundle.Name, Digest = bundle.Digest!.Value };

    private CachedBundleSource Source(ContentStore cache, string rule, bool isOnline)
    {
        var host = OciReference.Parse(fixture.Bundle.ToString()).Registry;

        // With TLS nobody answers there.
        var registries = new RegistryClients(
            [new RegistrySection { Host = host, PlainHttp = isOnline }], new SiteClock(TimeProvider.System, proven: null), new RetryPolicy(TimeProvider.System, new Random(1)), NullLogger<RegistryClient>.Instance);
        _owned.Add(registries);
        return new CachedBundleSource(
            cache, registries, new GraphFetcher(cache, new FetchOptions(), TimeProvider.System, new RetryPolicy(TimeProvider.System, new Random(1))), OciPlatform.Parse("linux/amd64"),
            new FixedTrust(TrustFile.Load(Policy(rule))), TimeProvider.System, new PipelineMetrics(new System.Diagnostics.Metrics.Meter("tests")),
            new TransferLog(SqliteDatabase.Open(fixture[$"{Guid.NewGuid():N}.db"], SiteSchema.Steps), new SiteClock(TimeProvider.System, proven: null), NullLogger<TransferLog>.Instance));
    }

    private string Policy(string rule)
    {
        var path = fixture[$"kept-{Guid.NewGuid():N}.yaml"];
        File.WriteAllText(path, $$"""
            schema: edgesync.dev/trust/v1
            authorities: [{name: build, key: {file: a.pub} }]
            releases: [{authorities: [build]}]
            bundles: [{name: kept, {{rule}} }]
            """);
        return path;
    }

    // As 'cosign attest --key' leaves it.
    private async Task AttestAsync(OciReference bundle, string predicate)
    {
        using var key = await SigningKeyFile.LoadAsync(fixture["a.key"], null, default);
        var statement = $$$"""{"_type":"https://in-toto.io/Statement/v0.1","subject":[{"name":"shop","digest":{"sha256":"{{{bundle.Digest!.Value.Hex}}}"}}],"predicateType":"{{{Approval}}}","predicate":{{{predicate}}} }""";
        var envelope = DsseSigner.Sign(InTotoStatement.PayloadType, System.Text.Encoding.UTF8.GetBytes(statement), [key]).ToBytes();
        var manifest = new ImageManifest
        {
            SchemaVersion = 2,
            MediaType = MediaTypes.ImageManifest,
            Config = Descriptor.Of(MediaTypes.ImageConfig, "{}"u8),
            Layers = [Descriptor.Of(DsseEnvelope.MediaType, envelope)],
        };
        await fixture.Registry.PushBlobAsync(bundle.Repository, MediaTypes.ImageConfig, "{}"u8.ToArray(), default);
        await fixture.Registry.PushBlobAsync(bundle.Repository, DsseEnvelope.MediaType, envelope, default);
        await fixture.Registry.PushManifestAsync(
            bundle.Repository, Signing.Cosign.CosignSignatures.AttestationTagOf(bundle.Digest.Value), MediaTypes.ImageManifest,
            JsonSerializer.SerializeToUtf8Bytes(manifest, OciJsonContext.Default.ImageManifest), default);
    }
}
