namespace EdgeSync.Signing.Keys;

/// <summary>Public keys on disk.</summary>
public static class VerificationKeyFile
{
    /// <summary>
    /// Loads a public key, named after its file. Throws <see cref="SigningException"/> with path and reason if it is missing or cannot be used.
    /// </summary>
    public static async Task<VerificationKey> LoadAsync(string path, CancellationToken cancellationToken)
    {
        var pem = await KeyText.ReadAsync(path, cancellationToken);
        return VerificationKey.FromPem(pem, path);
    }
}
