using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Agent.Preflight;

/// <summary>The certificates that the API server and the kubelet show to who connects.</summary>
internal sealed class ServerExpiries(string kubeconfig, int kubeletPort = ServerExpiries.KubeletPort) : IExpirySource
{
    /// <summary>Where a kubelet listens.</summary>
    public const int KubeletPort = 10250;

    private const string Remedy = "Restart k3s: it renews certificates that end within 90 days when it starts.";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public async Task<IReadOnlyList<Expiry>> FindAsync(CheckContext context, CancellationToken cancellationToken)
    {
        var found = new List<Expiry>();
        if (ServerOf(kubeconfig) is { } server)
        {
            found.Add(await AskAsync("the API server's certificate", server.Host, server.Port, cancellationToken));
        }

        // A kubelet of another machine, or none at all, is no fault.
        if (await AskAsync("the kubelet's certificate", "127.0.0.1", kubeletPort, cancellationToken) is { At: not null } kubelet)
        {
            found.Add(kubelet);
        }

        return found;
    }

    private static Uri? ServerOf(string path)
    {
        try
        {
            return Kubeconfig.Load(path).Server is { Scheme: "https" } server ? server : null;
        }
        catch (KubernetesApiException)
        {
            // The check of the cluster says so.
            return null;
        }
    }

    // Only the date is read: who the certificate is of is judged where something is sent.
    private static async Task<Expiry> AskAsync(string what, string host, int port, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        DateTimeOffset? expires = null;
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(host, port, limit.Token);
            await using var tls = new SslStream(client.GetStream());
            var options = new SslClientAuthenticationOptions
            {
                TargetHost = host,
                RemoteCertificateValidationCallback = (_, certificate, _, _) => Note(certificate),
            };
            await tls.AuthenticateAsClientAsync(options, limit.Token);
        }
        catch (Exception failure) when (expires is null && failure is SocketException or IOException or AuthenticationException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return new Expiry(what, null, Remedy) { Problem = failure is OperationCanceledException ? $"{host}:{port} does not answer" : $"{host}:{port}: {FaultText.Describe(failure)}" };
        }
        catch (Exception failure) when (expires is not null && failure is IOException or AuthenticationException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            // It wants a certificate from us, or does not go on; its own was seen before.
        }

        return new Expiry(what, expires, Remedy);

        bool Note(X509Certificate? certificate)
        {
            expires = certificate is X509Certificate2 shown ? shown.NotAfter.ToUniversalTime() : null;
            return true;
        }
    }
}
