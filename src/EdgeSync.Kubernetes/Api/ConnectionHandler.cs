using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using EdgeSync.Primitives.Http;

namespace EdgeSync.Kubernetes.Api;

/// <summary>The HTTP connection to one API server: TLS as the kubeconfig says, with pings that find dead connections, by the environment's proxy as kubectl, and without redirects.</summary>
internal static class ConnectionHandler
{
    public static SocketsHttpHandler Create(Kubeconfig config, X509Certificate2Collection? certificate, TimeProvider time)
    {
        var proxy = EnvironmentProxy.FromEnvironment(skipsLoopback: true);
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = proxy is not null,
            Proxy = proxy,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            EnableMultipleHttp2Connections = true,
            // A watch is silent for minutes; only a ping tells a quiet connection from a dead one.
            KeepAlivePingDelay = TimeSpan.FromSeconds(60),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(20),
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        };
        if (certificate is not null)
        {
            handler.SslOptions.ClientCertificateContext = SslStreamCertificateContext.Create(certificate[0], [.. certificate.Skip(1)], offline: true);
        }

        if (config.SkipsVerification)
        {
#pragma warning disable CA5359 // The kubeconfig says insecure-skip-tls-verify; it is the operator's decision, as for kubectl.
            handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
            return handler;
        }

        // The clock may be slow, never fast: a certificate that begins later is accepted, so that a machine which boots in 1970 reaches its own cluster.
        handler.SslOptions.CertificateChainPolicy = config.Authorities.CreatePolicy();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, presented, chain, errors) => config.Authorities.Verify(
            presented as X509Certificate2,
            chain?.ChainPolicy.ExtraStore ?? [],
            !errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch),
            time.GetUtcNow(),
            acceptsNotYetValid: true);
        return handler;
    }
}
