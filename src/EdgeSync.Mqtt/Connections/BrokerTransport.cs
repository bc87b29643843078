using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace EdgeSync.Mqtt.Connections;

/// <summary>The TCP connection to the broker, with TLS on it or not.</summary>
internal sealed class BrokerTransport : IDisposable
{
    private const int MostDiscarded = 1024 * 1024;

    private readonly Socket _socket;

    private BrokerTransport(Socket socket, Stream stream)
    {
        _socket = socket;
        Stream = stream;
    }

    public Stream Stream { get; }

    /// <summary>Connects; the caller bounds the time by its token.</summary>
    public static async Task<BrokerTransport> OpenAsync(MqttClientOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        using var files = options.Tls is { } tls ? TlsFiles.Read(tls) : null;
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(options.Host, options.Port, cancellationToken);
            Stream stream = new NetworkStream(socket, ownsSocket: true);
            if (files is not null)
            {
                stream = await SecureAsync(stream, files, options, time, cancellationToken);
            }

            return new BrokerTransport(socket, stream);
        }
        catch (Exception failure)
        {
            socket.Dispose();
            if (failure is SocketException unreachable)
            {
                throw TransportFailures.Unreachable(unreachable, options);
            }

            throw;
        }
    }

    /// <summary>
    /// Says that nothing more comes. The other direction stays open: closing with unread bytes would reset the connection, and the
    /// broker might never see why.
    /// </summary>
    public async Task EndWritingAsync()
    {
        try
        {
            if (Stream is SslStream secure)
            {
                await secure.ShutdownAsync();
            }

            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception failure) when (failure is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // It is gone already, which is what was wanted.
        }
    }

    /// <summary>Reads what still comes, up to a limit, until the broker closes too.</summary>
    public async Task DiscardAsync()
    {
        var buffer = new byte[4096];
        try
        {
            for (var total = 0; total < MostDiscarded;)
            {
                // On the socket itself: after a violation the TLS layer may be in any state.
                var count = await _socket.ReceiveAsync(buffer);
                if (count == 0)
                {
                    return;
                }

                total += count;
            }
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // Gone.
        }
    }

    /// <summary>Closes at once; reads and writes under way fail.</summary>
    public void Dispose() => _socket.Dispose();

    private static async Task<SslStream> SecureAsync(
        Stream stream, TlsFiles files, MqttClientOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        var check = new ServerCertificateCheck(files.Authorities, time);
        var secure = new SslStream(stream, leaveInnerStreamOpen: false, check.Accept);
        try
        {
            await secure.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = options.Tls?.ServerName ?? options.Host,
                    EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                    CertificateChainPolicy = check.Policy(),
                    ClientCertificateContext = files.ClientCertificate,
                },
                cancellationToken);
            return secure;
        }
        catch (Exception failure) when (failure is AuthenticationException or IOException)
        {
            await secure.DisposeAsync();
            throw TransportFailures.TlsRejected(check.Fault, failure, options);
        }
    }
}
