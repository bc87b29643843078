using System.Formats.Tar;
using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeSync.Agent.Sources;
using EdgeSync.Agent.Tests.Publishing;
using EdgeSync.Oci.Content;
using EdgeSync.Oci.Manifests;
using EdgeSync.Oci.References;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Failures;
using EdgeSync.Signing.Cosign;
using EdgeSync.Signing.Keys;
using EdgeSync.Signing.Policies;
using EdgeSync.Signing.Verification;
using static EdgeSync.Agent.Tests.Publishing.PublishingFixture;

namespace EdgeSync.Agent.Tests.Trust;

/// <summary>The verb against a real registry, and against what it brought into a layout. Alone, for it prints to the console.</summary>
[Collection("console")]
public sealed class VerifyCommandTests(PublishingFixture fixture) : IClassFixture<PublishingFixture>
{
    [PeerFact]
    public async Task Bundle_that_the_rule_accepts_is_trusted_and_its_evidence_shown()
    {
        var bundle = await SignedAsync("a");

        var (exit, output) = await RunAsync("verify", bundle.ToString(), "--plain-http", "--policy", Policy());

        Assert.True(exit == ExitCodes.Ok, output);
        Assert.StartsWith($"trusted  bundle {bundle.Digest}", output, StringComparison.Ordinal);
        Assert.Contains("rule 'retail'", output, StringComparison.Ordinal);
        Assert.Contains("ok   signatures: 1 of 1 trusted signatures", output, StringComparison.Ordinal);
        Assert.Contains("a cosign signature by", output, StringComparison.Ordinal);
    }

    [PeerFact]
    public async Task Bundle_by_others_is_not_trusted()
    {
        var bundle = await SignedAsync("b");

        var (exit, output) = await RunAsync("verify", bundle.ToString(), "--plain-http", "--policy", Policy());

        Assert.Equal(ExitCodes.NotTrusted, exit);
        Assert.Contains("NOT TRUSTED", output, StringComparison.Ordinal);
        Assert.Contains("FAIL signatures: 0 of 1", output, StringComparison.Ordinal);
        Assert.Contains("SignatureUntrusted: ", output, StringComparison.Ordinal);
        Assert.Contains("hint: ", output, StringComparison.Ordinal);
    }

    [PeerTheory]
    [InlineData("stable", true)]
    [InlineData("beta", false)]
    [InlineData(null, false)]
    public async Task Channel_chooses_the_rule(string? channel, bool isTrusted)
    {
        var bundle = await SignedAsync("a");
        string[] arguments = channel is null ? [] : ["--channel", channel];

        var (exit, output) = await RunAsync(
            ["verify", bundle.ToString(), "--plain-http", "--policy", Policy("channels: [stable], "), "--output", "json", .. arguments]);

        Assert.Equal(isTrusted ? ExitCodes.Ok : ExitCodes.NotTrusted, exit);
        var report = JsonNode.Parse(output)!;
        Assert.Equal(isTrusted, report["trusted"]!.GetValue<bool>());
        Assert.Equal(bundle.Digest.ToString(), report["digest"]!.GetValue<string>());
        Assert.Equal(isTrusted ? "retail" : null, report["rule"]?.GetValue<string>());
        Assert.Equal(isTrusted ? null : "NoTrustRule", report["reason"]?.GetValue<string>());
        Assert.Equal(isTrusted ? 1 : 0, report["checks"]!.AsArray().Count);
    }

    [PeerFact]
    public async Task Layout_is_verified_without_a_registry_and_without_a_change_to_it()
    {
        var bundle = await SignedAsync("a");
        var folder = fixture[$"layout-{Guid.NewGuid():N}"];
        using (var layout = await CopyAsync(bundle, folder))
        {
            await layout.Tags.SetAsync("v1", (await layout.ReadManifestAsync(bundle.Digest!.Value, null, default)).Descriptor, default);
        }

        var before = Files(folder);

        foreach (var place in new[] { folder, $"{folder}:v1", $"{folder}@{bundle.Digest}" })
        {
            var (exit, output) = await RunAsync("verify", place, "--policy", Policy(), "--repository", bundle.Name);
            Assert.True(exit == ExitCodes.Ok, output);
        }

        var (unknown, _) = await RunAsync("verify", folder, "--policy", Policy("repositories: ['r.example.com/**'], "));
        Assert.Equal(ExitCodes.NotTrusted, unknown);
        Assert.Equal(before, Files(folder));
    }

    [PeerFact]
    public async Task Archive_of_a_layout_is_verified_like_the_layout()
    {
        var bundle = await SignedAsync("a");
        var folder = fixture[$"layout-{Guid.NewGuid():N}"];
        using (var layout = await CopyAsync(bundle, folder))
        {
            await layout.Tags.SetAsync("v1", (await layout.ReadManifestAsync(bundle.Digest!.Value, null, default)).Descriptor, default);
        }

        var archive = folder + ".tar";
        TarFile.CreateFromDirectory(folder, archive, includeBaseDirectory: false);

        foreach (var place in new[] { archive, $"{archive}:v1", $"{archive}@{bundle.Digest}", $"oci-archive:{archive}", $"oci-archive:{archive}:v1", $"oci:{folder}:v1" })
        {
            var (exit, output) = await RunAsync("verify", place, "--policy", Policy());
            Assert.True(exit == ExitCodes.Ok, output);
        }

        await File.WriteAllTextAsync(archive, "no archive");
        Assert.Equal(ExitCodes.BadInput, (await RunAsync("verify", archive, "--policy", Policy())).ExitCode);
    }

    [PeerFact]
    public async Task Parts_of_an_index_that_a_tool_lists_too_are_not_taken_for_what_was_asked()
    {
        var bundle = await SignedAsync("a");
        var folder = fixture[$"listed-{Guid.NewGuid():N}"];
        using (var layout = await CopyAsync(bundle, folder))
        {
            var root = await layout.ReadManifestAsync(bundle.Digest!.Value, null, default);
            await layout.Tags.SetAsync("v1", root.Descriptor, default);
            foreach (var part in Assert.IsType<ImageIndex>(root.Content).Manifests)
            {
                var manifest = await fixture.Registry.GetManifestAsync(bundle.Repository, part.Digest, default);
                await layout.WriteAsync(manifest.Descriptor.MediaType, manifest.Bytes, default);
            }

            // As oras does: each with an entry, and the whole alone with a tag.
            var index = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "index.json")))!;
            foreach (var part in ((ImageIndex)root.Content).Manifests)
            {
                index["manifests"]!.AsArray().Add(new JsonObject { ["mediaType"] = part.MediaType, ["digest"] = part.Digest.ToString(), ["size"] = part.Size });
            }

            await File.WriteAllTextAsync(Path.Combine(folder, "index.json"), index.ToJsonString());
        }

        var (exit, output) = await RunAsync("verify", folder, "--policy", Policy());

        Assert.True(exit == ExitCodes.Ok, output);
    }

    [PeerFact]
    public async Task Missing_artifact_exits_with_66_and_another_folder_with_65()
    {
        var bundle = await SignedAsync("a");
        var folder = fixture[$"layout-{Guid.NewGuid():N}"];
        (await CopyAsync(bundle, folder)).Dispose();
        var strange = Directory.CreateDirectory(fixture[$"strange-{Guid.NewGuid():N}"]).FullName;

        foreach (var place in new[] { $"{folder}:nothing", $"{folder}@sha256:{new string('0', 64)}", folder + "-gone", $"oci:{folder}-gone:v1", "./gone.tar" })
        {
            Assert.Equal((place, ExitCodes.NotFound), (place, (await RunAsync("verify", place, "--policy", Policy())).ExitCode));
        }

        Assert.Equal(ExitCodes.BadInput, (await RunAsync("verify", strange, "--policy", Policy())).ExitCode);
        File.WriteAllText(Path.Combine(folder, "blobs", "sha256", bundle.Digest!.Value.Hex), "damaged");
        Assert.Equal(ExitCodes.BadInput, (await RunAsync("verify", $"{folder}@{bundle.Digest}", "--policy", Policy())).ExitCode);
    }

    [PeerFact]
    public async Task Release_is_verified_by_the_rules_for_releases()
    {
        Assert.Equal(ExitCodes.Ok, (await fixture.PublishAsync("verified", "--key", fixture["a.key"])).ExitCode);
        Assert.Equal(ExitCodes.Ok, (await fixture.PublishAsync("strange", "--key", fixture["b.key"])).ExitCode);

        var (right, shown) = await RunAsync("verify", $"{fixture.Channels}:verified", "--plain-http", "--policy", Policy());
        var (wrong, refused) = await RunAsync("verify", $"{fixture.Channels}:strange", "--plain-http", "--policy", Policy());
        var (moved, other) = await RunAsync("verify", $"{fixture.Channels}:verified", "--plain-http", "--policy", Policy(), "--channel", "elsewhere");

        Assert.True(right == ExitCodes.Ok, shown);
        Assert.StartsWith("trusted  release", shown, StringComparison.Ordinal);
        Assert.Equal((ExitCodes.NotTrusted, ExitCodes.NotTrusted), (wrong, moved));
        Assert.Contains("ThresholdNotMet", refused, StringComparison.Ordinal);
        Assert.Contains("it was signed for channel 'verified'", other, StringComparison.Ordinal);
    }

    [PeerFact]
    public async Task What_cannot_be_judged_ends_with_its_own_code()
    {
        await File.WriteAllTextAsync(fixture["wrong.yaml"], "schema: x\n");

        Assert.Equal(ExitCodes.Usage, (await RunAsync("verify", "not a reference", "--policy", Policy())).ExitCode);
        Assert.Equal(ExitCodes.Usage, (await RunAsync("verify")).ExitCode);
        Assert.Equal(ExitCodes.BadConfiguration, (await RunAsync("verify", fixture.Bundle.ToString(), "--policy", fixture["wrong.yaml"])).ExitCode);
        Assert.Equal(ExitCodes.BadConfiguration, (await RunAsync("verify", fixture.Bundle.ToString(), "--config", fixture["no.yaml"])).ExitCode);
        Assert.Equal(
            ExitCodes.Unavailable, (await RunAsync("verify", "127.0.0.1:1/retail/shop:v", "--plain-http", "--policy", Policy())).ExitCode);
    }

    [PeerTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Broken_or_missing_attachments_hide_no_signature(bool isCached)
    {
        var bundle = await SignedAsync("b");
        var root = (await fixture.Registry.GetManifestAsync(bundle.Repository, bundle.Digest!.Value, default)).Descriptor;
        await PushSignatureAsync(bundle, root, "a");

        // An index that registries take and nobody should read, and a list of signatures of which one has lost its content.
        await fixture.Registry.PushManifestAsync(
            bundle.Repository, CosignSignatures.AttestationTagOf(root.Digest), MediaTypes.ImageIndex,
            """{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[],"x":1,"x":2}"""u8.ToArray(), default);
        await PushUnderAsync(CosignSignatures.TagOf(root.Digest), bundle, "lost");
        using var http = new HttpClient();
        (await http.DeleteAsync(new Uri($"http://{bundle.Registry}/v2/{bundle.Repository}/blobs/{Digest.Of("lost"u8)}"))).EnsureSuccessStatusCode();

        if (isCached)
        {
            using var cache = await CopyAsync(bundle, fixture[$"broken-{Guid.NewGuid():N}"]);
            Assert.True(await IsTrustedAsync(new CachedSignatures(cache), root, bundle));
            return;
        }

        var (exit, output) = await RunAsync("verify", bundle.ToString(), "--plain-http", "--policy", Policy());
        Assert.True(exit == ExitCodes.Ok, output);
        Assert.Contains("content is missing", output, StringComparison.Ordinal);
    }

    [PeerFact]
    public async Task Signature_behind_long_lists_of_junk_is_found_and_not_all_of_the_junk_is_fetched()
    {
        const int Lists = 6;
        var bundle = await fixture.PushBundleAsync($"{Guid.NewGuid():N}", "retail/long-lists");
        var root = (await fixture.Registry.GetManifestAsync(bundle.Repository, bundle.Digest!.Value, default)).Descriptor;
        for (var i = 0; i < Lists; i++)
        {
            await PushReferrerAsync(bundle, root, SimpleSigningPayload.MediaType, [.. Enumerable.Range(0, CosignSignatures.MaxSignatures).Select(j => ($"junk {i} {j}", "AAAA"))]);
        }

        await PushSignatureAsync(bundle, root, "a");

        var store = new InMemorySignatureStore();
        await new RegistrySignatures(fixture.Registry, bundle.Repository).CopyAsync(root.Digest, store, default);
        Assert.Equal(BundleVerifier.MaxEvidence + Lists + 1, store.Artifacts.Sum(artifact => artifact.Blobs.Count));
        var (exit, output) = await RunAsync("verify", bundle.ToString(), "--plain-http", "--policy", Policy());
        Assert.True(exit == ExitCodes.Ok, output);
    }

    [PeerFact]
    public async Task Signature_behind_thirty_others_is_found_and_comes_again_after_damage()
    {
        var bundle = await fixture.PushBundleAsync($"{Guid.NewGuid():N}", "retail/flooded");
        var root = (await fixture.Registry.GetManifestAsync(bundle.Repository, bundle.Digest!.Value, default)).Descriptor;
        for (var i = 0; i < 30; i++)
        {
            await PushReferrerAsync(bundle, root, i % 3 == 0 ? "application/vnd.example.junk" : SimpleSigningPayload.MediaType, ($"junk {i}", "AAAA"));
        }

        await PushSignatureAsync(bundle, root, "a");

        var folder = fixture[$"flooded-{Guid.NewGuid():N}"];
        using var cache = await CopyAsync(bundle, folder);
        var cached = new CachedSignatures(cache);
        Assert.True(await IsTrustedAsync(cached, root, bundle));

        var index = Assert.IsType<ImageIndex>((await cache.ReadManifestAsync(
            (await cache.Tags.FindAsync(CachedSignatures.ReferrersTagOf(root.Digest), default))!.Digest, null, default)).Content);
        Assert.Equal(21, index.Manifests.Count);
        foreach (var entry in index.Manifests)
        {
            File.WriteAllText(Path.Combine(folder, "blobs", "sha256", entry.Digest.Hex), "damaged");
        }

        Assert.False(await IsTrustedAsync(cached, root, bundle));
        Assert.True(await cached.RefreshAsync(fixture.Registry, bundle.Repository, root.Digest, default));
        Assert.True(await IsTrustedAsync(cached, root, bundle));
        Assert.False(await cached.RefreshAsync(fixture.Registry, bundle.Repository, root.Digest, default));
    }

    private static string[] Files(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(file => $"{file} {new FileInfo(file).LastWriteTimeUtc.Ticks}").Order(StringComparer.Ordinal)];

    private async Task<bool> IsTrustedAsync(CachedSignatures cached, Descriptor root, OciReference bundle) => BundleVerifier.Verify(
        root, await cached.ReadAsync(root.Digest, default), Agent.Trust.TrustFile.Load(Policy()), new TrustPlace(bundle.Name, null),
        TimeProvider.System.GetUtcNow()) is BundleVerdict.Trusted;

    private async Task<OciReference> SignedAsync(string key, string repository = "retail/verified")
    {
        var bundle = await fixture.PushBundleAsync($"{Guid.NewGuid():N}", repository);
        var (exit, output) = await RunAsync("bundle", "sign", bundle.ToString(), "--plain-http", "--key", fixture[$"{key}.key"]);
        Assert.True(exit == ExitCodes.Ok, output);
        return bundle;
    }

    private async Task<ContentStore> CopyAsync(OciReference bundle, string folder)
    {
        var store = await ContentStore.OpenAsync(folder, TimeProvider.System, default);
        var manifest = await fixture.Registry.GetManifestAsync(bundle.Repository, bundle.Digest!.Value, default);
        await store.WriteAsync(manifest.Descriptor.MediaType, manifest.Bytes, default);
        await new CachedSignatures(store).RefreshAsync(fixture.Registry, bundle.Repository, bundle.Digest.Value, default);
        return store;
    }

    private async Task PushUnderAsync(string tag, OciReference bundle, string content)
    {
        var before = Assert.IsType<ImageManifest>((await fixture.Registry.FindManifestAsync(bundle.Repository, tag, default))!.Content);
        var bytes = System.Text.Encoding.UTF8.GetBytes(content);
        var layer = Descriptor.Of(SimpleSigningPayload.MediaType, bytes) with
        {
            Annotations = new Dictionary<string, string> { [CosignSignatures.SignatureAnnotation] = "AAAA" },
        };
        await fixture.Registry.PushBlobAsync(bundle.Repository, layer.MediaType, bytes, default);
        await fixture.Registry.PushManifestAsync(
            bundle.Repository, tag, MediaTypes.ImageManifest,
            JsonSerializer.SerializeToUtf8Bytes(before with { Layers = [layer, .. before.Layers] }, OciJsonContext.Default.ImageManifest), default);
    }

    private async Task PushSignatureAsync(OciReference bundle, Descriptor root, string name)
    {
        using var key = await SigningKeyFile.LoadAsync(fixture[$"{name}.key"], null, default);
        var payload = new SimpleSigningPayload(root.Digest, bundle.Name).ToBytes();
        await PushReferrerAsync(
            bundle, root, SimpleSigningPayload.MediaType,
            (System.Text.Encoding.UTF8.GetString(payload), Convert.ToBase64String(key.Sign(payload, SignatureScheme.CosignTag))));
    }

    private async Task PushReferrerAsync(OciReference bundle, Descriptor root, string mediaType, params (string Content, string Signature)[] signatures)
    {
        var layers = new List<Descriptor>();
        foreach (var (content, signature) in signatures)
        {
            var bytes = System.Text.Encoding.UTF8.GetBytes(content);
            layers.Add(Descriptor.Of(mediaType, bytes) with { Annotations = new Dictionary<string, string> { [CosignSignatures.SignatureAnnotation] = signature } });
            await fixture.Registry.PushBlobAsync(bundle.Repository, mediaType, bytes, default);
        }

        var manifest = new ImageManifest
        {
            SchemaVersion = 2,
            MediaType = MediaTypes.ImageManifest,
            Config = Descriptor.Of(MediaTypes.ImageConfig, "{}"u8),
            Layers = layers,
            Subject = root,
        };
        await fixture.Registry.PushBlobAsync(bundle.Repository, MediaTypes.ImageConfig, "{}"u8.ToArray(), default);
        await fixture.Registry.PushReferrerAsync(
            bundle.Repository, MediaTypes.ImageManifest, JsonSerializer.SerializeToUtf8Bytes(manifest, OciJsonContext.Default.ImageManifest), default);
    }

    private string Policy(string scope = "")
    {
        var path = fixture[$"trust-{Guid.NewGuid():N}.yaml"];
        File.WriteAllText(path, $$"""
            schema: edgesync.dev/trust/v1
            authorities: [{name: build, key: {file: a.pub} }]
            releases: [{authorities: [build]}]
            bundles: [{name: retail, {{scope}}authorities: [build]}]
            """);
        return path;
    }
}
