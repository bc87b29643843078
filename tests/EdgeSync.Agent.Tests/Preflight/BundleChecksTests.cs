using EdgeSync.Agent.Preflight;
using EdgeSync.Agent.Preflight.Checks;
using EdgeSync.Contracts.Checks;
using EdgeSync.Oci.Content;
using EdgeSync.Oci.Manifests;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Agent.Tests.Preflight;

/// <summary>The checks of images and of the way back, on a real cache with a real bundle.</summary>
public sealed class BundleChecksTests : IDisposable
{
    private readonly CheckFixture _site = new();

    [Fact]
    public async Task Images_InCacheAndRuntime_Pass()
    {
        var finding = await RunImagesAsync(new ScriptedRuntime(CheckFixture.Image));

        Assert.Equal(CheckOutcome.Passed, finding.Outcome);
        Assert.StartsWith("1 image(s) of 1 bundle(s)", finding.Found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Images_UnknownToTheRuntimeUnderThisReference_Fail()
    {
        var finding = await RunImagesAsync(new ScriptedRuntime("registry.example/web:1.0@sha256:0"));

        Assert.Equal(CheckOutcome.Failed, finding.Outcome);
        Assert.Contains($"the container runtime does not have {CheckFixture.Image}", finding.Found, StringComparison.Ordinal);
        Assert.Equal([CheckFixture.Image], finding.Details);
    }

    [Fact]
    public async Task Images_BlobMissingInTheCache_Fails()
    {
        var bundle = await _site.BuildAsync();
        File.Delete(await LayerOfAsync(bundle));

        Assert.Equal(CheckOutcome.Failed, (await RunImagesAsync(new ScriptedRuntime(CheckFixture.Image), bundle)).Outcome);
    }

    [Fact]
    public async Task Images_NothingRanHere_Warn() =>
        Assert.Equal(CheckOutcome.Warned, (await new ImagesCheck((_, _, _) => throw new InvalidOperationException(), new ScriptedRuntime()).RunAsync(_site.Context(), CancellationToken.None)).Outcome);

    [Fact]
    public async Task Images_BundleThatCannotBeRead_Fails()
    {
        var bundle = new SiteBundle("stable", CheckFixture.Release, IsLastGood: true) { Failure = new StorageException("ContentMissing", "it is not in the cache") };

        Assert.Equal(CheckOutcome.Failed, (await RunImagesAsync(new ScriptedRuntime(), bundle)).Outcome);
        Assert.Equal(CheckOutcome.Failed, (await RunRollbackAsync(bundle)).Outcome);
    }

    [Fact]
    public async Task Rollback_Complete_Passes()
    {
        var finding = await RunRollbackAsync(await _site.BuildAsync());

        Assert.Equal(CheckOutcome.Passed, finding.Outcome);
        Assert.Contains("'--deep' hashes each", finding.Found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rollback_BlobMissing_Fails()
    {
        var bundle = await _site.BuildAsync();
        File.Delete(await LayerOfAsync(bundle));

        var finding = await RunRollbackAsync(bundle);

        Assert.Equal(CheckOutcome.Failed, finding.Outcome);
        Assert.Contains("1 are missing and 0 damaged", finding.Found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rollback_OneByteChanged_IsFoundByHashingAlone()
    {
        var bundle = await _site.BuildAsync();
        var layer = await LayerOfAsync(bundle);
        var bytes = await File.ReadAllBytesAsync(layer);
        bytes[^1] ^= 1;
        File.SetUnixFileMode(layer, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await File.WriteAllBytesAsync(layer, bytes);

        Assert.Equal(CheckOutcome.Passed, (await RunRollbackAsync(bundle)).Outcome);
        Assert.Equal(CheckOutcome.Failed, (await RunRollbackAsync(bundle, deep: true)).Outcome);
    }

    [Fact]
    public async Task Rollback_NothingToGoBackTo_Warns() =>
        Assert.Equal(CheckOutcome.Warned, (await RunRollbackAsync(await _site.BuildAsync(isLastGood: false))).Outcome);

    public void Dispose() => _site.Dispose();

    private async Task<string> LayerOfAsync(SiteBundle bundle)
    {
        var cache = Path.Combine(_site.Configuration.StateDirectory, "cache");
        using var store = ContentStore.OpenExisting(cache, TimeProvider.System);
        var parts = await store.ReachableAsync(
            bundle.Content!.Images.Select(image => image.Descriptor), GraphSelection.ForImage(OciPlatform.Parse("linux/amd64")), CancellationToken.None);
        return Path.Combine(cache, "blobs/sha256", parts.First(part => part.MediaType.Contains("layer", StringComparison.Ordinal)).Digest.Hex);
    }

    private async Task<CheckFinding> RunImagesAsync(ScriptedRuntime runtime, SiteBundle? bundle = null)
    {
        bundle ??= await _site.BuildAsync();
        using var bundles = new SiteBundles(_site.Configuration, TimeProvider.System);
        return await new ImagesCheck((item, deep, token) => bundles.CheckImagesAsync(item.Content!, deep, token), runtime)
            .RunAsync(_site.Context() with { Bundles = [bundle] }, CancellationToken.None);
    }

    private async Task<CheckFinding> RunRollbackAsync(SiteBundle bundle, bool deep = false)
    {
        using var bundles = new SiteBundles(_site.Configuration, TimeProvider.System);
        return await new RollbackCheck((item, hash, token) => bundles.CheckAsync(item.Content!, hash, token))
            .RunAsync(_site.Context() with { Bundles = [bundle], Deep = deep }, CancellationToken.None);
    }
}
