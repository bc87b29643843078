using System.Net;
using System.Net.Sockets;
using EdgeSync.Oci.Manifests;
using EdgeSync.Oci.Registries;
using EdgeSync.Oci.Registries.Authentication;
using EdgeSync.Testing;

namespace EdgeSync.Oci.Tests.Registries;

/// <summary>Whose certificates are trusted for the registry, for where it redirects to, and for its token server.</summary>
public sealed class RegistryCertificateTests : IDisposable
{
    private static readonly Descriptor Blob = Descriptor.Of(MediaTypes.OctetStream, "hello"u8);

    private readonly TempDirectory _folder = new();
    private readonly CancellationTokenSource _limit = new(TestClients.Limit);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task CaFile_WithTheAuthorityOrTheCertificateItself_IsTrusted(bool isAuthority)
    {
        await using var server = TlsServer.Start(_ => Ok("hello"));
        using var client = Create(server, isAuthority ? server.AuthorityPem : server.CertificatePem);

        Assert.Equal("hello"u8.ToArray(), await client.GetBlobAsync("a", Blob, 10, _limit.Token));
    }

    [Fact]
    public async Task CaFile_IsNotForWhereTheRegistryRedirectsTo()
    {
        await using var storage = TlsServer.Start(_ => Ok("hello"));
        await using var server = TlsServer.Start(_ => $"HTTP/1.1 307 Elsewhere\nLocation: https://{storage.Address}/bucket?X-Amz-Signature=abc\nContent-Length: 0\nConnection: close\n\n");
        using var client = Create(server, $"{server.AuthorityPem}\n{storage.AuthorityPem}");

        var failure = await Assert.ThrowsAsync<RegistryException>(() => client.GetBlobAsync("a", Blob, 10, _limit.Token));

        Assert.Equal(RegistryReasons.TlsRejected, failure.Reason);
        Assert.Contains(storage.Address, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(server.Address, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("abc", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Callback", failure.Message, StringComparison.Ordinal);
        Assert.Empty(storage.Requests);
    }

    [Fact]
    public async Task CaFile_IsForTheTokenServerThatTheRegistryNames()
    {
        await using var tokens = TlsServer.Start(_ => Ok("""{"token":"t1"}"""));
        await using var server = TlsServer.Start(request => request.Contains("Bearer t1", StringComparison.Ordinal)
            ? Ok("hello")
            : $"HTTP/1.1 401 No\nWWW-Authenticate: Bearer realm=\"https://{tokens.Address}/token\"\nContent-Length: 0\nConnection: close\n\n");
        using var client = Create(server, $"{server.AuthorityPem}\n{tokens.AuthorityPem}");

        Assert.Equal("hello"u8.ToArray(), await client.GetBlobAsync("a", Blob, 10, _limit.Token));
    }

    [Fact]
    public async Task TokenServer_ThatIsNotTrusted_IsTheHostThatIsNamed()
    {
        await using var tokens = TlsServer.Start(_ => Ok("""{"token":"t1"}"""));
        await using var server = TlsServer.Start(_ => $"HTTP/1.1 401 No\nWWW-Authenticate: Bearer realm=\"https://{tokens.Address}/token\"\nContent-Length: 0\nConnection: close\n\n");
        using var client = Create(server, server.AuthorityPem, RegistryCredential.FromPassword("user", "hunter2"));

        var failure = await Assert.ThrowsAsync<RegistryException>(() => client.GetBlobAsync("a", Blob, 10, _limit.Token));

        Assert.Equal(RegistryReasons.TlsRejected, failure.Reason);
        Assert.Contains(tokens.Address, failure.Message, StringComparison.Ordinal);
        Assert.Empty(tokens.Requests);
    }

    [Fact]
    public async Task CaFile_Replaced_IsReadAgain()
    {
        await using var server = TlsServer.Start(_ => Ok("hello"));
        await using var other = TlsServer.Start(_ => Ok("hello"));
        using var client = Create(server, other.AuthorityPem);
        var failure = await Assert.ThrowsAsync<RegistryException>(() => client.GetBlobAsync("a", Blob, 10, _limit.Token));

        await File.WriteAllTextAsync(_folder["next.pem"], server.AuthorityPem);
        File.Move(_folder["next.pem"], _folder["ca.pem"], overwrite: true);

        Assert.Equal(RegistryReasons.TlsRejected, failure.Reason);
        Assert.Equal("hello"u8.ToArray(), await client.GetBlobAsync("a", Blob, 10, _limit.Token));
    }

    [Fact]
    public async Task Registry_WithoutTls_IsSaidInWordsForPeople()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = TestClients.Create(TestClients.Options($"127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}") with { PlainHttp = false });
        var pinging = client.PingAsync(_limit.Token);
        using var connection = await listener.AcceptTcpClientAsync(_limit.Token);
        await connection.GetStream().WriteAsync("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), _limit.Token);

        var failure = await Assert.ThrowsAsync<RegistryException>(() => pinging);

        Assert.Equal(RegistryReasons.TlsRejected, failure.Reason);
        Assert.Contains("does not speak TLS", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("frame", failure.Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _folder.Dispose();
        _limit.Dispose();
    }

    private static string Ok(string body) => $"HTTP/1.1 200 OK\nContent-Length: {body.Length}\nConnection: close\n\n{body}";

    private RegistryClient Create(TlsServer server, string authorities, RegistryCredential? credential = null)
    {
        File.WriteAllText(_folder["ca.pem"], authorities);
        return TestClients.Create(TestClients.Options(server.Address) with
        {
            PlainHttp = false,
            CertificateAuthorityFile = _folder["ca.pem"],
            Credential = credential,
        });
    }
}
