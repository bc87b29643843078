namespace EdgeSync.Oci.Registries.Authentication;

/// <summary>
/// Where the credentials for one registry come from. It is asked for each request, because files and helpers may have other credentials later.
/// Safe for use by several threads.
/// </summary>
public interface ICredentialSource
{
    /// <summary>
    /// The credentials for this repository, or for the registry as a whole where it is null; null where there are none. Throws an
    /// <see cref="EdgeSync.Primitives.Failures.EdgeSyncException"/> for credentials that are configured and cannot be used.
    /// </summary>
    Task<RegistryCredential?> FindAsync(string? repository, CancellationToken cancellationToken);

    /// <summary>The registry refused the last credentials: the next call asks again, whatever is remembered.</summary>
    void Forget();
}
