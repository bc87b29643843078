using EdgeSync.Agent.Preflight;
using EdgeSync.Agent.Preflight.Checks;
using EdgeSync.Contracts.Checks;
using EdgeSync.Primitives;
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
        File.Delete(LayerOf(bundle));

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
        File.Delete(LayerOf(bundle));

        var finding = await RunRollbackAsync(bundle);

        Assert.Equal(CheckOutcome.Failed, finding.Outcome);
        Assert.Contains("1 are missing and 0 damaged", finding.Found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rollback_OneByteChanged_IsFoundByHashingAlone()
    {
        var bundle = await _site.BuildAsync();
        var layer = LayerOf(bundle);
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

    // The largest blob of the cache is the image's layer.
    private string LayerOf(SiteBundle bundle)
    {
        Assert.NotNull(bundle.Content);
        var manifests = bundle.Content.Images.Select(image => image.Descriptor.Digest).Append(bundle.Content.Root.Digest).ToHashSet();
        return new DirectoryInfo(Path.Combine(_site.Configuration.StateDirectory, "cache/blobs/sha256")).GetFiles()
            .Where(file => !manifests.Contains(Digest.Parse("sha256:" + file.Name))).OrderByDescending(file => file.Length).First().FullName;
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
