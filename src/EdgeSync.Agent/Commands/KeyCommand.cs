using System.CommandLine;
using EdgeSync.Primitives.Failures;
using EdgeSync.Signing.Keys;

namespace EdgeSync.Agent.Commands;

/// <summary><c>edgesync key</c>: makes keys, and shows public ones.</summary>
internal static class KeyCommand
{
    public static Command Create() => new("key", "Make and look at signing keys.") { CreateNew(), CreateShow() };

    private static Command CreateNew()
    {
        var prefix = new Option<string>("--output-prefix", "-o")
        {
            Description = "Writes PREFIX.key (private) and PREFIX.pub; neither may exist.",
            HelpName = "PREFIX",
            Required = true,
        };
        var passwordFile = SigningKeyArguments.PasswordFile();
        var command = new Command("new", "Create an ECDSA P-256 key pair. Without a password the private key is not encrypted.") { prefix, passwordFile };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var path = parsed.GetRequiredValue(prefix);
            var password = await SigningKeyFile.ReadPasswordAsync(parsed.GetValue(passwordFile), cancellationToken);
            using var key = SigningKey.Create(path);
            await SigningKeyFile.SaveNewAsync(key, path, password, cancellationToken);
            Console.WriteLine($"{path}.key  private key{(password is null ? ", not encrypted" : ", encrypted")}; keep it secret");
            Console.WriteLine($"{path}.pub  public key {key.PublicKey.Id}");
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command CreateShow()
    {
        var file = new Argument<string>("file") { Description = "A public key (PEM).", HelpName = "FILE" };
        var command = new Command("show", "Show a public key's algorithm and identifier.") { file };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var key = await VerificationKeyFile.LoadAsync(parsed.GetRequiredValue(file), cancellationToken);
            Console.WriteLine($"{key.Id}  {Describe(key.Algorithm)}");
            return ExitCodes.Ok;
        });
        return command;
    }

    private static string Describe(KeyAlgorithm algorithm) => algorithm switch
    {
        KeyAlgorithm.EcdsaP256 => "ECDSA P-256",
        KeyAlgorithm.EcdsaP384 => "ECDSA P-384",
        KeyAlgorithm.Ed25519 => "Ed25519",
        _ => "RSA",
    };
}
