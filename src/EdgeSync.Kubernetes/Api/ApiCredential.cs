using System.Security.Cryptography.X509Certificates;

namespace EdgeSync.Kubernetes.Api;

/// <summary>What a request logs in with: a bearer token, a client certificate with its key, both, or neither.</summary>
internal sealed record ApiCredential(string? Token, X509Certificate2? Certificate, DateTimeOffset? ExpiresAt = null)
{
    /// <summary>No secret gets into a log by accident.</summary>
    public override string ToString() => nameof(ApiCredential);
}
