using System.Security.Cryptography;

namespace EdgeSync.Signing.Keys;

/// <summary>Reads the private key formats that EdgeSync accepts, and says for each other format what to do with it.</summary>
internal static class PrivateKeyPem
{
    private const string Plain = "PRIVATE KEY";
    private const string Encrypted = "ENCRYPTED PRIVATE KEY";

    public static AsymmetricAlgorithm Read(string pem, string name, string? password)
    {
        var label = PemText.ReadLabel(pem, name);
        if (label is not (Plain or Encrypted))
        {
            throw new SigningException(SigningReasons.KeyUnusable, $"the private key '{name}' cannot be used: it holds a {label}")
            {
                Subject = name,
                Hint = HintFor(label),
            };
        }

        if (label == Encrypted && password is null)
        {
            throw new SigningException(SigningReasons.KeyPasswordWrong, $"the private key '{name}' is encrypted, and there is no password")
            {
                Subject = name,
                Hint = "Set EDGESYNC_KEY_PASSWORD, or name a file that holds the password.",
            };
        }

        return Import(ECDsa.Create(), pem, label, password) ?? Import(RSA.Create(), pem, label, password)
            ?? throw Refused(name, label == Encrypted);
    }

    // The class library has no reader that takes any algorithm, so each is tried; both throw an exception for other keys.
    private static AsymmetricAlgorithm? Import(AsymmetricAlgorithm key, string pem, string label, string? password)
    {
        try
        {
            if (label == Encrypted)
            {
                key.ImportFromEncryptedPem(pem, password);
            }
            else
            {
                key.ImportFromPem(pem);
            }

            return key;
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException)
        {
            key.Dispose();
            return null;
        }
    }

    private static SigningException Refused(string name, bool encrypted) => encrypted
        ? new SigningException(SigningReasons.KeyPasswordWrong, $"the private key '{name}' cannot be opened: the password is wrong, or the file is damaged")
        {
            Subject = name,
            Hint = "Check the password; keys other than ECDSA P-256, P-384 and RSA cannot be used.",
        }
        : new SigningException(SigningReasons.KeyUnusable, $"the private key '{name}' cannot be used: it is damaged, or neither ECDSA nor RSA")
        {
            Subject = name,
            Hint = "ECDSA P-256, P-384 and RSA keys sign here, Ed25519 keys are verified only. 'edgesync key new' makes one that signs.",
        };

    private static string HintFor(string label) => label switch
    {
        "EC PRIVATE KEY" or "RSA PRIVATE KEY" => "Convert it: openssl pkcs8 -topk8 -in KEY -out NEW.",
        "PUBLIC KEY" => "Give the .key file, not the .pub file.",
        "ENCRYPTED SIGSTORE PRIVATE KEY" or "ENCRYPTED COSIGN PRIVATE KEY" =>
            "Keys that cosign made stay with cosign; sign with 'cosign sign', or make a key with 'edgesync key new' and import it into cosign.",
        _ => "Make a key with 'edgesync key new'.",
    };
}
