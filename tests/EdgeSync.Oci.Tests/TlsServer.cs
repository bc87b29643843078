using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace EdgeSync.Oci.Tests;

/// <summary>A server on localhost with a certificate of an authority that was made for it. It answers one request a connection.</summary>
internal sealed class TlsServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly X509Certificate2 _certificate;
    private readonly Task _accepting;

    private TlsServer(X509Certificate2 authority, X509Certificate2 certificate, Func<string, string> answer)
    {
        AuthorityPem = authority.ExportCertificatePem();
        CertificatePem = certificate.ExportCertificatePem();
        _certificate = certificate;
        _listener.Start();
        _accepting = AcceptAsync(answer);
    }

    public string AuthorityPem { get; }

    public string CertificatePem { get; }

    public string Address => string.Create(CultureInfo.InvariantCulture, $"localhost:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>The requests, each with its headers.</summary>
    public IReadOnlyList<string> Requests => [.. _requests];

    public static TlsServer Start(Func<string, string> answer)
    {
        var now = TimeProvider.System.GetUtcNow();
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authorityRequest = new CertificateRequest($"CN=authority {Guid.NewGuid():N}", authorityKey, HashAlgorithmName.SHA256);
        authorityRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var authority = authorityRequest.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        using var signed = request.Create(authority, now.AddDays(-1), now.AddDays(20), RandomNumberGenerator.GetBytes(8));
        return new TlsServer(authority, signed.CopyWithPrivateKey(key), answer);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        _listener.Stop();
        _certificate.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync(Func<string, string> answer)
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                try
                {
                    await AnswerAsync(client, answer);
                }
                catch (Exception failure) when (failure is IOException or System.Security.Authentication.AuthenticationException)
                {
                    // A client that does not trust the certificate ends the connection.
                }
            }
        }
        catch (Exception failure) when (failure is OperationCanceledException or SocketException)
        {
        }
    }

    private async Task AnswerAsync(TcpClient client, Func<string, string> answer)
    {
        await using var stream = new SslStream(client.GetStream());
        await stream.AuthenticateAsServerAsync(
            new SslServerAuthenticationOptions { ServerCertificateContext = SslStreamCertificateContext.Create(_certificate, [], offline: true) }, _stop.Token);
        var buffer = new byte[16 * 1024];
        var text = new StringBuilder();
        while (!text.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            var read = await stream.ReadAsync(buffer, _stop.Token);
            if (read == 0)
            {
                return;
            }

            text.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }

        _requests.Enqueue(text.ToString());
        await stream.WriteAsync(Encoding.Latin1.GetBytes(answer(text.ToString()).ReplaceLineEndings("\r\n")), _stop.Token);
    }
}
