using System.Globalization;
using System.Security.Cryptography;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Signing.Keys.Hardware;

/// <summary>Describes failures of a key in hardware. OpenSSL's messages name neither TPM nor token, so its error codes are translated here.</summary>
internal static class HardwareKeyFailures
{
    // The lower 23 bits of an error of OpenSSL 3 (include/openssl/err.h.in): ERR_R_DSO_LIB with ERR_RFLAG_COMMON;
    // and the class library's code for a store that was opened but has no such key (EVP_R_NO_KEY_SET).
    private const int ReasonMask = 0x7FFFFF;
    private const int ModuleNotLoaded = 0x80025;
    private const int NoKey = 0x9A;

    public static SigningException CannotOpen(HardwareKeyAddress address, CryptographicException failure) => (failure.HResult & ReasonMask) switch
    {
        ModuleNotLoaded => ProviderMissing(address, failure),
        NoKey => NotFound(address, failure),
        _ => NotAnswering(address, "", failure),
    };

    public static SigningException NoProviders(HardwareKeyAddress address, Exception failure) =>
        Create(SigningReasons.KeyProviderMissing, address, $"the key '{address}' needs OpenSSL 3, and this machine has an older one", failure, "Bring the machine to OpenSSL 3, or use a key file.");

    public static SigningException PinRefused(HardwareKeyAddress address, Exception failure) => Create(
        SigningReasons.KeyPinWrong,
        address,
        $"the token has the key '{address}' and does not open it with the PIN in '{address.PinFile}'",
        failure,
        "Put the right PIN there and run this again, or restart the agent: it does not try a PIN twice, because a token locks itself after a few wrong ones.");

    public static SigningException WrongKind(HardwareKeyAddress address, Exception failure) => Create(
        SigningReasons.KeyUnusable, address, $"the key '{address}' is neither ECDSA nor RSA", failure, "Make one on P-256 or P-384, or RSA of 2048 bits or more.");

    public static SigningException DoesNotSign(HardwareKeyAddress address, Exception failure) => Create(
        SigningReasons.KeyUnusable,
        address,
        $"the key '{address}' was opened and does not sign",
        failure,
        address.IsTpm
            ? "Make it as ecc256:ecdsa-sha256, ecc384:ecdsa-sha384 or rsa2048:rsassa-sha256, with the attribute 'sign', not restricted, and without a password of its own."
            : "It has to be made for signing (CKA_SIGN).");

    public static SigningException PublicHalfHidden(HardwareKeyAddress address, Exception failure) => Create(
        SigningReasons.KeyUnusable,
        address,
        $"the provider does not give the public half of the key '{address}'",
        failure,
        "Give it as a file: --ledger-public-key FILE (PEM; 'pkcs11-tool --read-object --type pubkey' and 'openssl pkey -pubin -inform DER' make it).");

    public static SigningException Silent(HardwareKeyAddress address, TimeSpan patience) =>
        NotAnswering(address, string.Create(CultureInfo.InvariantCulture, $" within {patience.TotalSeconds:0} s"), failure: null);

    public static SigningException Changed(HardwareKeyAddress address) => Create(
        SigningReasons.KeyChanged,
        address,
        $"the key '{address}' differs from the key that this site enrolled with, or does not belong to the given public key",
        failure: null,
        "Insert the right token, or name the right key; a site has one ledger key for its life.");

    private static SigningException NotFound(HardwareKeyAddress address, Exception failure) => Create(
        SigningReasons.KeyNotFound,
        address,
        address.IsTpm ? $"the TPM has no key '{address}'" : $"no inserted token has the public half of the key '{address}'",
        failure,
        address.IsTpm
            ? "List the keys with 'tpm2_getcap handles-persistent'; clearing a TPM deletes its keys."
            : "Insert the token; list its keys with 'pkcs11-tool --list-objects'. The token must hold the public key as well as the private key.");

    private static SigningException ProviderMissing(HardwareKeyAddress address, Exception failure) => Create(
        SigningReasons.KeyProviderMissing,
        address,
        $"the key '{address}' needs OpenSSL's provider '{address.Provider}', which is not installed or cannot be loaded",
        failure,
        address.IsTpm ? "Install the package tpm2-openssl." : "Install the package pkcs11-provider.");

    private static SigningException NotAnswering(HardwareKeyAddress address, string how, Exception? failure) =>
        new(SigningReasons.KeyNotAnswering, address.IsTpm ? $"the TPM with the key '{address}' does not answer{how}" : $"the PKCS#11 module for the key '{address}' does not answer{how}", failure)
        {
            Disposition = Disposition.Transient,
            ExitCode = ExitCodes.Unavailable,
            Subject = address.ToString(),
            Hint = address.IsTpm
                ? "Check that /dev/tpmrm0 exists and that the agent may use it (docs/hardware-keys.md)."
                : "Check that PKCS11_PROVIDER_MODULE names the token's module and that the token is inserted (docs/hardware-keys.md).",
        };

    private static SigningException Create(string reason, HardwareKeyAddress address, string message, Exception? failure, string hint) =>
        new(reason, message, failure) { Subject = address.ToString(), Hint = hint };
}
