using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using EdgeSync.Agent.Publishing;
using EdgeSync.Agent.Trust;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Trust;
using EdgeSync.Primitives.Failures;
using EdgeSync.Signing.Keys;
using EdgeSync.Signing.Roots;

namespace EdgeSync.Agent.Commands;

/// <summary><c>edgesync trust new</c>: drafts a root from public keys and from the previous root.</summary>
internal sealed class TrustNewCommand
{
    private static readonly ContractsJsonContext Readable = new(new JsonSerializerOptions(ContractsJsonContext.Default.Options)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    private readonly Option<string?> _from = new("--from")
    {
        Description = "The root before: fleet, version and every role that is not given come from it.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _fleet = new("--fleet") { Description = "The fleet (default: that of --from).", HelpName = "NAME" };
    private readonly Option<long?> _version = new("--version") { Description = "The version (default: the next one after --from, else 1).", HelpName = "N" };
    private readonly Option<TimeArgument> _expires = new("--expires")
    {
        Description = "After this, with nothing newer, a site begins no new change (default: 365d).",
        HelpName = "TIME",
        DefaultValueFactory = _ => new TimeArgument(TimeSpan.FromDays(365), null),
        CustomParser = result =>
        {
            var time = TimeArgument.TryParse(result.Tokens[0].Value);
            if (time is null)
            {
                result.AddError($"'{result.Tokens[0].Value}' is no time: {TimeArgument.Rule}.");
            }

            return time;
        },
    };

    private readonly (Option<string[]> Keys, Option<int?> Threshold) _roots = Role("root", "Who signs the next root, and revocations.");
    private readonly (Option<string[]> Keys, Option<int?> Threshold) _releases = Role("release", "Who signs release records.");
    private readonly (Option<string[]> Keys, Option<int?> Threshold) _bundles = Role("bundle", "Who signs bundles.");
    private readonly Option<string?> _policy = new("--policy")
    {
        Description = "A whole trust.yaml in place of the release and bundle keys; it contains the keys as text (docs/trust.md).",
        HelpName = "FILE",
    };

    private readonly Option<string[]> _revoke = TrustRevokeCommand.Keys("--revoke-key", "A key that counts nowhere from here on: a public key's file, or its identifier.");
    private readonly Option<string> _output = TrustCommand.OutputFile("Where the draft goes; read it before you sign it.", isRequired: true);

    private TrustNewCommand()
    {
    }

    public static Command Create() => new TrustNewCommand().Build();

    /// <summary>Writes a draft as people read it.</summary>
    public static byte[] Write(TrustRootRecord record) => [.. JsonSerializer.SerializeToUtf8Bytes(record, Readable.TrustRootRecord), (byte)'\n'];

    public static byte[] Write(RevocationRecord record) => [.. JsonSerializer.SerializeToUtf8Bytes(record, Readable.RevocationRecord), (byte)'\n'];

    private Command Build()
    {
        var command = new Command("new", "Draft a trust root out of public keys, and of the root before it. Nothing counts until it is signed.")
        {
            _from, _fleet, _version, _expires, _roots.Keys, _roots.Threshold, _releases.Keys, _releases.Threshold, _bundles.Keys, _bundles.Threshold,
            _policy, _revoke, _output,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var before = parsed.GetValue(_from) is { } from ? (await TrustFileContent.ReadAsync(from, cancellationToken)).Root?.Record : null;
        if (before is null && parsed.GetValue(_from) is { } other)
        {
            throw TrustCommand.Invalid($"'{other}' is no trust root");
        }

        var now = TimeProvider.System.GetUtcNow();
        var record = new TrustRootRecord
        {
            Fleet = parsed.GetValue(_fleet) ?? before?.Fleet ?? throw TrustCommand.Invalid("it is not said for which fleet", "Give --fleet, or --from the root before."),
            Version = parsed.GetValue(_version) ?? (before?.Version + 1) ?? 1,
            IssuedAt = Whole(now),
            ExpiresAt = Whole(parsed.GetRequiredValue(_expires).From(now)),
            Roots = await ReadRoleAsync(parsed, _roots, before?.Roots, cancellationToken),
            Releases = await ReadRoleAsync(parsed, _releases, before?.Releases, cancellationToken),
            Bundles = await ReadRoleAsync(parsed, _bundles, before?.Bundles, cancellationToken),
            Policy = parsed.GetValue(_policy) is { } policy ? await ReadPolicyAsync(policy, cancellationToken) : before?.Policy,
            RevokedKeys = await TrustRevokeCommand.ReadKeysAsync(parsed.GetValue(_revoke)!, cancellationToken) is { Count: > 0 } revoked ? revoked : null,
        };
        var draft = Write(record);
        if (!TrustRootReader.TryRead(draft, out var root, out var fault))
        {
            throw TrustCommand.Invalid($"no site would follow this root: {fault.Message}", fault.Hint);
        }

        await TrustCommand.WriteAsync(parsed.GetRequiredValue(_output), draft, cancellationToken);
        TrustPrint.Write(root);
        Console.WriteLine($"draft      {parsed.GetRequiredValue(_output)}; sign it with 'edgesync trust sign'");
        return ExitCodes.Ok;
    }

    private static (Option<string[]> Keys, Option<int?> Threshold) Role(string name, string description) => (
        new Option<string[]>($"--{name}-key")
        {
            Description = $"{description} A public key (PEM); may be given several times.",
            HelpName = "FILE",
            Arity = ArgumentArity.ZeroOrMore,
        },
        new Option<int?>($"--{name}-threshold") { Description = $"How many different {name} keys must sign (default: as before, else 1).", HelpName = "N" });

    private static async Task<TrustRole> ReadRoleAsync(
        ParseResult parsed, (Option<string[]> Keys, Option<int?> Threshold) role, TrustRole? before, CancellationToken cancellationToken)
    {
        var keys = new List<TrustKey>();
        foreach (var path in parsed.GetValue(role.Keys)!)
        {
            var key = await VerificationKeyFile.LoadAsync(path, cancellationToken);
            var base64 = string.Concat(key.ToPem().Split('\n').Where(line => !line.StartsWith('-')));
            keys.Add(new TrustKey(Path.GetFileNameWithoutExtension(path), base64));
        }

        if (keys.Count == 0 && before is null)
        {
            throw TrustCommand.Invalid($"no key was given with {role.Keys.Name}", "A first root needs keys for all three roles.");
        }

        return new TrustRole(keys.Count > 0 ? keys : before!.Keys, parsed.GetValue(role.Threshold) ?? before?.Threshold ?? 1);
    }

    private static async Task<TrustPolicyText> ReadPolicyAsync(string path, CancellationToken cancellationToken)
    {
        var text = await TrustCommand.ReadTextAsync(path, cancellationToken);
        return RootPolicy.TryRead(text, out var problem) is not null
            ? TrustPolicyText.Of(text)
            : throw TrustCommand.Invalid(string.Create(CultureInfo.InvariantCulture, $"no site could use the policy '{path}': {problem}"));
    }

    private static DateTimeOffset Whole(DateTimeOffset time) => new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerSecond), TimeSpan.Zero);
}
