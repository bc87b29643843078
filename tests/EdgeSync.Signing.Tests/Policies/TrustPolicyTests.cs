using EdgeSync.Primitives.Failures;
using EdgeSync.Signing.Keys;
using EdgeSync.Signing.Policies;
using EdgeSync.Testing;

namespace EdgeSync.Signing.Tests.Policies;

public sealed class TrustPolicyTests : IDisposable
{
    private readonly TempDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Load_GoodFiles_HasBothRings()
    {
        var policy = await LoadAsync(new TrustPolicyFiles([Write("a.pub", TestKeys.First), Write("b.pub", TestKeys.Second)], 2, [Write("c.pub", TestKeys.Rsa)], 1));

        Assert.Equal((2, 2, 1, 1), (policy.Releases[0].Authorities.Count, policy.Releases[0].Threshold, policy.Bundles[0].Authorities.Count, policy.Bundles[0].Threshold));
        Assert.Equal(_folder["c.pub"], policy.Bundles[0].Authorities[0].Name);
    }

    [Fact]
    public async Task Load_SeveralFaults_NamesAllOfThem()
    {
        await File.WriteAllTextAsync(_folder["bad.pub"], "junk");

        var failure = await Assert.ThrowsAsync<SigningException>(
            () => LoadAsync(new TrustPolicyFiles([_folder["no.pub"], _folder["bad.pub"]], 1, [Write("c.pub", TestKeys.Rsa)], 2)));

        Assert.Equal((SigningReasons.TrustPolicyInvalid, ExitCodes.BadConfiguration), (failure.Reason, failure.ExitCode));
        Assert.Contains("no.pub", failure.Message, StringComparison.Ordinal);
        Assert.Contains("bad.pub", failure.Message, StringComparison.Ordinal);
        Assert.Contains("the threshold is 2, and there are 1 keys", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Ring_Empty_IsRefused() => AssertRefused([], 1, "there are none");

    [Fact]
    public void Ring_ThresholdZero_IsRefused() => AssertRefused([TestKeys.First.PublicKey], 0, "at least 1");

    [Fact]
    public void Ring_ThresholdOutOfReach_IsRefused() => AssertRefused([TestKeys.First.PublicKey], 2, "the threshold is 2");

    [Fact]
    public void Ring_OneKeyUnderTwoNames_IsRefused() => AssertRefused(
        [TestKeys.First.PublicKey, VerificationKey.FromPem(TestKeys.First.PublicKey.ToPem(), "again")], 2, "'first' and 'again' are the same key");

    [Fact]
    public void Ring_TooManyKeys_IsRefused()
    {
        var keys = Enumerable.Range(0, KeyRing.MaxKeys + 1).Select(i =>
        {
            using var key = SigningKey.Create($"k{i}");
            return key.PublicKey;
        });

        AssertRefused([.. keys], 1, "more than 32");
    }

    private static void AssertRefused(IReadOnlyList<VerificationKey> keys, int threshold, string words)
    {
        var failure = Assert.Throws<SigningException>(() => new KeyRing("release", keys, threshold));

        Assert.Equal(SigningReasons.TrustPolicyInvalid, failure.Reason);
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
    }

    private static Task<TrustPolicy> LoadAsync(TrustPolicyFiles files) => TrustPolicy.LoadAsync(files, CancellationToken.None);

    private string Write(string name, SigningKey key)
    {
        File.WriteAllText(_folder[name], key.PublicKey.ToPem());
        return _folder[name];
    }
}
