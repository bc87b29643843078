using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Primitives.Tests.Failures;

public sealed partial class FaultTextTests
{
    [Theory]
    [InlineData("{\"Count\": \"x\", \"Digest\": null}", "Count is null, unknown, of another type, or lacks a member (line 1")]
    [InlineData("{\"Count\":\n  oops}", "it is not valid JSON (line 2, column 3)")]
    [InlineData("{\"Count\": 1}", "a member is missing, unknown, twice, null or of another type (line 1")]
    [InlineData("{\"Count\": 1, \"Digest\": \"sha1:a\"}", "'sha1:a' is not a sha256 digest (at Digest)")]
    public void Describe_OfJson_NamesThePlace(string json, string expected)
    {
        var failure = Assert.ThrowsAny<JsonException>(() => JsonSerializer.Deserialize(json, SampleContext.Default.Sample));

        Assert.StartsWith(expected, FaultText.Describe(failure), StringComparison.Ordinal);
    }

    [Fact]
    public void Describe_OfACertificate_DoesNotNameOpenSsl()
    {
        var failure = Assert.ThrowsAny<CryptographicException>(() => System.Security.Cryptography.X509Certificates.X509CertificateLoader.LoadCertificate([1, 2, 3]));

        Assert.Equal("it is not a certificate or key that can be read", FaultText.Describe(failure));
    }

    [Fact]
    public void Describe_OfASocket_SaysWhatHappened()
    {
        Assert.Equal("the connection was refused: nothing listens there", FaultText.Describe(new SocketException((int)SocketError.ConnectionRefused)));
        Assert.Equal("its name is not known to the name server", FaultText.Describe(new HttpRequestException("x", new SocketException((int)SocketError.HostNotFound))));
    }

    internal sealed record Sample(int Count, Digest Digest);

    [JsonSourceGenerationOptions(RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
    [JsonSerializable(typeof(Sample))]
    internal sealed partial class SampleContext : JsonSerializerContext;
}
