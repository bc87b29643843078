using System.Security.Cryptography.X509Certificates;

namespace EdgeSync.Kubernetes.Api;

/// <summary>
/// What a request logs in with: a bearer token, a client certificate with its key (and the certificates of its authorities after it), both, or neither.
/// </summary>
internal sealed record ApiCredential(string? Token, X509Certificate2Collection? Certificate, DateTimeOffset? ExpiresAt = null)
{
    /// <summary>The certificates of a PEM text; the first one gets the key.</summary>
    public static X509Certificate2Collection ReadCertificate(string certificate, string key)
    {
        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(certificate);
        return [X509Certificate2.CreateFromPem(certificate, key), .. chain.Skip(1)];
    }

    /// <summary>No secret gets into a log by accident.</summary>
    public override string ToString() => nameof(ApiCredential);
}
