using System.CommandLine;
using EdgeSync.Contracts.Trust;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Failures;
using EdgeSync.Signing.Keys;
using EdgeSync.Signing.Roots;

namespace EdgeSync.Agent.Commands;

/// <summary><c>edgesync trust revoke</c>: drafts a list of keys and bundles that are no longer trusted.</summary>
internal sealed class TrustRevokeCommand
{
    private readonly Option<string> _root = new("--root") { Description = "The newest trust root; its root keys sign the list.", HelpName = "FILE", Required = true };
    private readonly Option<string?> _from = new("--from") { Description = "The previous list: everything in it stays revoked.", HelpName = "FILE" };
    private readonly Option<long?> _number = new("--number") { Description = "Its number (default: the next one after --from, else 1).", HelpName = "N" };
    private readonly Option<string[]> _keys = Keys("--revoke-key", "A key that counts nowhere any more: a public key's file, or its identifier.");
    private readonly Option<string[]> _bundles = new("--revoke-bundle")
    {
        Description = "The digest of a bundle that must not be activated any more; may be given several times.",
        HelpName = "DIGEST",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string?> _note = new("--note") { Description = "Why; shown at the sites.", HelpName = "TEXT" };
    private readonly Option<string> _output = TrustCommand.OutputFile("Where the draft goes; read it before you sign it.", isRequired: true);

    private TrustRevokeCommand()
    {
    }

    public static Command Create() => new TrustRevokeCommand().Build();

    public static Option<string[]> Keys(string name, string description) => new(name)
    {
        Description = description + " May be given several times.",
        HelpName = "FILE|ID",
        Arity = ArgumentArity.ZeroOrMore,
    };

    public static async Task<IReadOnlyList<Digest>> ReadKeysAsync(IEnumerable<string> keys, CancellationToken cancellationToken)
    {
        var read = new List<Digest>();
        foreach (var key in keys)
        {
            read.Add(Digest.TryParse(key, out var id) ? id : (await VerificationKeyFile.LoadAsync(key, cancellationToken)).Id);
        }

        return read;
    }

    private Command Build()
    {
        var command = new Command("revoke", "Draft a list of keys and bundles that are no longer trusted. Root keys that it revokes cannot sign it.")
        {
            _root, _from, _number, _keys, _bundles, _note, _output,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var root = (await TrustFileContent.ReadAsync(parsed.GetRequiredValue(_root), cancellationToken)).Root
            ?? throw TrustCommand.Invalid($"'{parsed.GetRequiredValue(_root)}' is no trust root");
        var before = parsed.GetValue(_from) is { } from
            ? (await TrustFileContent.ReadAsync(from, cancellationToken)).List ?? throw TrustCommand.Invalid($"'{from}' is no list of revocations")
            : null;
        var keys = await ReadKeysAsync(parsed.GetValue(_keys)!, cancellationToken);
        var now = TimeProvider.System.GetUtcNow();
        var record = new RevocationRecord
        {
            Fleet = root.Record.Fleet,
            Number = parsed.GetValue(_number) ?? (before?.Number + 1) ?? 1,
            RootVersion = root.Version,
            IssuedAt = new DateTimeOffset(now.UtcTicks - (now.UtcTicks % TimeSpan.TicksPerSecond), TimeSpan.Zero),
            Keys = [.. (before?.Keys ?? []).Concat(keys).Distinct()],
            Bundles = [.. (before?.Bundles ?? []).Concat(parsed.GetValue(_bundles)!.Select(ReadBundle)).Distinct()],
            Note = parsed.GetValue(_note),
        };
        var draft = TrustNewCommand.Write(record);
        if (!RevocationReader.TryRead(draft, out _, out var problem))
        {
            throw TrustCommand.Invalid($"no site would follow this list: {problem}");
        }

        await TrustCommand.WriteAsync(parsed.GetRequiredValue(_output), draft, cancellationToken);
        TrustPrint.Write(record);
        Console.WriteLine($"draft      {parsed.GetRequiredValue(_output)}; sign it with 'edgesync trust sign'");
        return ExitCodes.Ok;
    }

    private static Digest ReadBundle(string text) => Digest.TryParse(text, out var digest)
        ? digest
        : throw TrustCommand.Invalid($"'{text}' is not a digest (sha256:…)", "'edgesync release show' and 'edgesync bundle push' print it.");
}
