using System.Text;
using EdgeSync.Contracts;
using EdgeSync.Primitives;
using EdgeSync.Signing.Envelopes;
using EdgeSync.Signing.Releases;
using static EdgeSync.Signing.Tests.Releases.ReleaseFixture;

namespace EdgeSync.Signing.Tests.Releases;

public sealed class ReleaseArtifactTests
{
    [Fact]
    public void Build_ThenFind_IsTheEnvelope()
    {
        Assert.True(DsseEnvelope.TryParse(Sign(Good), out var envelope, out _));

        var artifact = ReleaseArtifact.Build(envelope);

        Assert.True(ReleaseArtifact.TryFindEnvelope(artifact.Manifest, out var layer, out _));
        var blob = artifact.Blobs.Single(b => b.Descriptor.Digest == layer.Digest);
        Assert.Equal(envelope.ToBytes(), blob.Content.ToArray());
        Assert.IsType<ReleaseVerdict.Accepted>(ReleaseVerifier.Verify(new(blob.Content), Site, Policy));
        Assert.All(artifact.Blobs, b => Assert.Equal(Digest.Of(b.Content.Span), b.Descriptor.Digest));
    }

    [Theory]
    [InlineData("\"artifactType\":\"application/vnd.edgesync.release.v1+json\"", "\"artifactType\":\"application/vnd.edgesync.bundle.v1\"", "not a release record")]
    [InlineData(",\"artifactType\":\"application/vnd.edgesync.release.v1+json\"", "", "not a release record")]
    [InlineData("application/vnd.dsse.envelope.v1+json", "application/vnd.in-toto+json", "exactly one layer")]
    [InlineData("\"layers\":[", "\"layers\":[{\"mediaType\":\"a/b\",\"digest\":\"sha256:0000000000000000000000000000000000000000000000000000000000000000\",\"size\":1},", "exactly one layer")]
    [InlineData("\"size\":", "\"size\":999999999", "more than")]
    [InlineData("\"schemaVersion\":2", "\"schemaVersion\":1", "")]
    [InlineData("{\"", "[{\"", "")]
    public void Find_AnythingElse_ReportsWhy(string part, string instead, string words)
    {
        Assert.True(DsseEnvelope.TryParse(Sign(Good), out var envelope, out _));
        var good = Encoding.UTF8.GetString(ReleaseArtifact.Build(envelope).Manifest.Span);
        var bad = good.Replace(part, instead, StringComparison.Ordinal);
        Assert.NotEqual(good, bad);

        Assert.False(ReleaseArtifact.TryFindEnvelope(Encoding.UTF8.GetBytes(bad), out _, out var problem));
        Assert.NotEmpty(problem);
        Assert.Contains(words, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void RejectUnreadable_NotARelease_IsMalformedAndNamesTheContent()
    {
        var found = Digest.Of("x"u8);

        var rejected = ReleaseVerifier.RejectUnreadable("it is a cat", found, Site);

        Assert.Equal((ReasonCodes.ReleaseMalformed, found, "stable", 0L), (rejected.Reason, rejected.Claim.Digest, rejected.Claim.Channel, rejected.Claim.Sequence));
        Assert.Contains("it is a cat", rejected.Message, StringComparison.Ordinal);
    }
}
