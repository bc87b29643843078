using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EdgeSync.Mqtt.Connections;

/// <summary>
/// Checks the broker's certificate for the configured name, at the given clock's time and without fetching anything. Only the given authorities
/// count, or the machine's where none are given.
/// </summary>
internal sealed class ServerCertificateCheck(X509Certificate2Collection? authorities, TimeProvider time)
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    /// <summary>What is wrong with the certificate, in words, or null.</summary>
    public string? Fault { get; private set; }

    public X509ChainPolicy Policy()
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = authorities is null ? X509ChainTrustMode.System : X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
            VerificationTime = time.GetUtcNow().UtcDateTime,
        };
        if (authorities is not null)
        {
            policy.CustomTrustStore.AddRange(authorities);
        }

        policy.ApplicationPolicy.Add(new Oid(ServerAuthentication));
        return policy;
    }

    public bool Accept(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None || (errors == SslPolicyErrors.RemoteCertificateChainErrors && IsOnlyTooYoung(certificate, chain)))
        {
            return true;
        }

        Fault = errors switch
        {
            _ when errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable) => "it has none",
            _ when errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) => "it is for another name",
            _ => Words(chain),
        };
        return false;
    }

    // Where the given clock goes by what is proven and the machine's is behind, it is that time or later: no certificate is too young then.
    private bool IsOnlyTooYoung(X509Certificate? certificate, X509Chain? chain)
    {
        var now = time.GetUtcNow();
        if (certificate is not X509Certificate2 leaf
            || chain is null
            || leaf.NotBefore.ToUniversalTime() <= now.UtcDateTime
            || TimeProvider.System.GetUtcNow() >= now - Tolerance)
        {
            return false;
        }

        chain.ChainPolicy.VerificationTime = leaf.NotBefore.ToUniversalTime();
        return chain.Build(leaf);
    }

    private static string Words(X509Chain? chain)
    {
        var status = chain?.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status) ?? default;
        return status.HasFlag(X509ChainStatusFlags.NotTimeValid)
            ? "it is expired or not yet valid"
            : $"it is not from the configured certification authority ({status})";
    }
}
