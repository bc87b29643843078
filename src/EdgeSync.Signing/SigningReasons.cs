namespace EdgeSync.Signing;

/// <summary>The reason codes of <see cref="SigningException"/>. Verdicts use those of <c>ReasonCodes</c>.</summary>
public static class SigningReasons
{
    /// <summary>The text or the file is not a key that EdgeSync can use.</summary>
    public const string KeyUnusable = nameof(KeyUnusable);

    /// <summary>The key file is missing or cannot be read.</summary>
    public const string KeyUnreadable = nameof(KeyUnreadable);

    /// <summary>Users other than its owner may read the private key.</summary>
    public const string KeyExposed = nameof(KeyExposed);

    /// <summary>The private key is encrypted, and no password or a wrong one was given.</summary>
    public const string KeyPasswordWrong = nameof(KeyPasswordWrong);

    /// <summary>OpenSSL's provider for a key in hardware is not installed.</summary>
    public const string KeyProviderMissing = nameof(KeyProviderMissing);

    /// <summary>The TPM or the token has no such key, or the token is not there.</summary>
    public const string KeyNotFound = nameof(KeyNotFound);

    /// <summary>The TPM or the token's module does not answer; a later try may succeed.</summary>
    public const string KeyNotAnswering = nameof(KeyNotAnswering);

    /// <summary>The file with the token's PIN is missing or empty.</summary>
    public const string KeyPinMissing = nameof(KeyPinMissing);

    /// <summary>The token refuses the PIN. The same process does not try it again.</summary>
    public const string KeyPinWrong = nameof(KeyPinWrong);

    /// <summary>The key in hardware is not the expected one.</summary>
    public const string KeyChanged = nameof(KeyChanged);

    /// <summary>No signature can be added to the content under the signature's tag.</summary>
    public const string SignatureTagUnusable = nameof(SignatureTagUnusable);

    /// <summary>The envelope has as many signatures as it may.</summary>
    public const string EnvelopeFull = nameof(EnvelopeFull);

    /// <summary>The trust policy cannot be used: no keys, one key twice, a threshold that cannot be met.</summary>
    public const string TrustPolicyInvalid = nameof(TrustPolicyInvalid);

    /// <summary>The file is not a <c>trusted_root.json</c> that can be used.</summary>
    public const string TrustedRootInvalid = nameof(TrustedRootInvalid);
}
