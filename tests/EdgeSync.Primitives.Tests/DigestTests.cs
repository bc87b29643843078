using System.Text.Json;
using EdgeSync.Primitives.Text;
using System.Text.Json.Serialization;

namespace EdgeSync.Primitives.Tests;

public sealed partial class DigestTests
{
    // SHA-256 of nothing, from FIPS 180-4's test vectors.
    private const string OfNothing = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    [Fact]
    public void Of_Nothing_IsTheKnownHash() => Assert.Equal(OfNothing, Digest.Of([]).ToString());

    [Fact]
    public void TryParse_ItsOwnText_RoundTrips()
    {
        Assert.True(Digest.TryParse(OfNothing, out var digest));
        Assert.Equal((Digest.Of([]), OfNothing, "e3b0c44298fc"), (digest, digest.ToString(), digest.ToShortString()));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("sha256:")]
    [InlineData("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b85")]
    [InlineData("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b8550")]
    [InlineData("sha256:E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855")]
    [InlineData("SHA256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("sha512:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("sha256-e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("sha256:../../../../../../../../../../../../../../../../../../etc/passwd/xx")]
    [InlineData("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b85\n")]
    [InlineData(" sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b85")]
    [InlineData("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b85\u0665")]
    public void TryParse_AnythingElse_IsFalse(string? text) => Assert.False(Digest.TryParse(text, out _));

    [Fact]
    public void Parse_Refused_SaysWhatWasRefused() =>
        Assert.Contains("'sha1:00'", Assert.Throws<FormatException>(() => Digest.Parse("sha1:00")).Message, StringComparison.Ordinal);

    [Fact]
    public void Default_EqualsTheDigestOfZeros()
    {
        // default is what a field holds before it is set; it must be one value only, and not crash in a set or a sort.
        var zeros = Digest.FromHash(new byte[32]);

        Assert.Equal(zeros, default);
        Assert.Equal(zeros.GetHashCode(), default(Digest).GetHashCode());
        Assert.Equal(0, zeros.CompareTo(default));
    }

    [Fact]
    public void Compare_TwoDigests_FollowsTheirText()
    {
        var (low, high) = (Digest.Parse("sha256:" + new string('1', 64)), Digest.Parse("sha256:" + new string('a', 64)));

        Assert.True(low < high && high > low && low <= high && high >= low && !(high <= low));
    }

    [Fact]
    public void Json_AsValueAndAsName_RoundTrips()
    {
        var map = new Dictionary<Digest, Digest> { [Digest.Of([])] = Digest.Of([1]) };

        var json = JsonSerializer.Serialize(map, TestJson.Default.DictionaryDigestDigest);

        Assert.Equal($"{{\"{Digest.Of([])}\":\"{Digest.Of([1])}\"}}", json);
        Assert.Equal(map, JsonSerializer.Deserialize(json, TestJson.Default.DictionaryDigestDigest));
    }

    [Theory]
    [InlineData("1")]
    [InlineData("null")]
    [InlineData("\"sha256:00\"")]
    [InlineData("{}")]
    public void Json_AnythingElse_IsRefused(string json) =>
        Assert.Throws<JsonFault>(() => JsonSerializer.Deserialize(json, TestJson.Default.Digest));

    [JsonSerializable(typeof(Dictionary<Digest, Digest>))]
    private sealed partial class TestJson : JsonSerializerContext;
}
