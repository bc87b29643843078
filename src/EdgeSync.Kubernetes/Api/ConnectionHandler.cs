using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using EdgeSync.Primitives.Http;

namespace EdgeSync.Kubernetes.Api;

/// <summary>The HTTP connection to one API server: TLS as the kubeconfig says, with pings that find dead connections, by the environment's proxy as kubectl, and without redirects.</summary>
internal static class ConnectionHandler
{
    public static SocketsHttpHandler Create(Kubeconfig config, X509Certificate2? certificate, TimeProvider time)
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
            handler.SslOptions.ClientCertificates = [certificate];
        }

        if (config.SkipsVerification)
        {
#pragma warning disable CA5359 // The kubeconfig says insecure-skip-tls-verify; it is the operator's decision, as for kubectl.
            handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        }
        else if (config.Authorities is { } authorities)
        {
            handler.SslOptions.RemoteCertificateValidationCallback = (_, presented, chain, errors) => IsTrusted(authorities, time, presented, chain, errors);
        }

        return handler;
    }

    private static bool IsTrusted(
        X509Certificate2Collection authorities, TimeProvider time, X509Certificate? presented, X509Chain? chain, SslPolicyErrors errors)
    {
        if (presented is null || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != SslPolicyErrors.None)
        {
            return false;
        }

        using var own = new X509Chain();
        own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        own.ChainPolicy.CustomTrustStore.AddRange(authorities);
        own.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        foreach (var element in chain?.ChainElements.Skip(1) ?? [])
        {
            own.ChainPolicy.ExtraStore.Add(element.Certificate);
        }

        using var leaf = X509CertificateLoader.LoadCertificate(presented.GetRawCertData());

        // The clock may be slow, never fast: a certificate that begins later is accepted, so that a machine which boots in 1970 reaches its own cluster.
        var now = time.GetUtcNow().UtcDateTime;
        own.ChainPolicy.VerificationTimeIgnored = false;
        own.ChainPolicy.VerificationTime = leaf.NotBefore.ToUniversalTime() > now ? leaf.NotBefore.ToUniversalTime() : now;
        return own.Build(leaf);
    }
}
