using System.CommandLine;
using EdgeSync.Signing.Keys;

namespace EdgeSync.Agent.Commands;

/// <summary>The options that give private keys to a verb.</summary>
internal sealed class SigningKeyArguments
{
    private readonly Option<string[]> _keys = new("--key")
    {
        Description = "A private key to sign with (PEM, PKCS#8); may be given several times.",
        HelpName = "FILE",
        Required = true,
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string?> _passwordFile = PasswordFile();

    /// <summary>The option that names a file with the password.</summary>
    public static Option<string?> PasswordFile() => new("--password-file")
    {
        Description = $"The file whose first line is the password of encrypted keys (default: the variable {SigningKeyFile.PasswordVariable}).",
        HelpName = "FILE",
    };

    public void AddTo(Command command)
    {
        command.Add(_keys);
        command.Add(_passwordFile);
    }

    /// <summary>Loads the keys; the caller disposes each.</summary>
    public async Task<IReadOnlyList<SigningKey>> LoadAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var password = await SigningKeyFile.ReadPasswordAsync(parsed.GetValue(_passwordFile), cancellationToken);
        var keys = new List<SigningKey>();
        foreach (var path in parsed.GetValue(_keys)!)
        {
            keys.Add(await SigningKeyFile.LoadAsync(path, password, cancellationToken));
        }

        return keys.DistinctBy(key => key.PublicKey.Id).Count() == keys.Count
            ? keys
            : throw new Signing.SigningException(Signing.SigningReasons.KeyUnusable, "the same key was given twice");
    }
}
