using System.CommandLine;
using System.Text;
using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.Enrolment;
using EdgeSync.Agent.Failures;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Storage;
using EdgeSync.Signing.Keys.Hardware;

namespace EdgeSync.Agent.Commands;

/// <summary><c>edgesync enroll</c>: enrols this site in HQ's fleet with a one-time token.</summary>
internal static class EnrollCommand
{
    private const int MaxToken = 4096;

    public static Command Create()
    {
        var hq = new Argument<string>("hq") { Description = "HQ's address, https://hq.example.com." };
        var config = ConfigurationOption.Create();
        var token = new Option<string?>("--token") { Description = "The one-time token. Other users of this machine can see it; prefer --token-file.", HelpName = "TOKEN" };
        var tokenFile = new Option<string?>("--token-file") { Description = "A file with the one-time token; - for standard input.", HelpName = "FILE" };
        var caFile = new Option<string?>("--ca-file") { Description = "The authorities (PEM) that may have signed HQ's certificate.", HelpName = "FILE" };
        var ledgerKey = new Option<string?>("--ledger-key")
        {
            Description = "A key in a TPM or a token to sign acknowledgements with, in place of a file: tpm2:handle:0x81000100 or a pkcs11: URI.",
            HelpName = "ADDRESS",
        };
        var ledgerPublicKey = new Option<string?>("--ledger-public-key") { Description = "The public half of --ledger-key (PEM), if the token does not provide it.", HelpName = "FILE" };
        var again = new Option<bool>("--again") { Description = "Ask for a new certificate even if this site has one." };
        var newLedgerKey = new Option<bool>("--new-ledger-key")
        {
            Description = "Replace the ledger key; needs a new token. Use it if others may know the key, or if the site's database came from a backup.",
        };
        var print = new Option<bool>("--print") { Description = "Print the section 'hq' and leave the configuration file as it is." };
        var command = new Command("enroll", "Enrol this site in HQ's fleet: create its keys, get its certificate. Safe to repeat.")
        {
            hq, config, token, tokenFile, caFile, ledgerKey, ledgerPublicKey, newLedgerKey, again, print,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var hardware = ReadLedgerKey(parsed.GetValue(ledgerKey), parsed.GetValue(ledgerPublicKey));
            var secret = await ReadTokenAsync(parsed.GetValue(token), parsed.GetValue(tokenFile), cancellationToken);
            var configuration = ConfigurationOption.Load(parsed, config, checkFiles: false);
            using var client = new EnrolmentClient(parsed.GetRequiredValue(hq), parsed.GetValue(caFile), TimeProvider.System);
            var enroller = new SiteEnroller(configuration, client, TimeProvider.System, hardware);
            var outcome = await enroller.EnrolAsync(secret, parsed.GetValue(again), parsed.GetValue(newLedgerKey), cancellationToken);
            var name = $"site {configuration.Site} of fleet {configuration.Fleet}";
            Console.WriteLine(outcome.Asked ? $"{name} is enrolled" : $"{name} was enrolled before; --again asks for a new certificate");
            if (parsed.GetValue(newLedgerKey))
            {
                Console.WriteLine("the site has a new ledger, signed by the new key; restart the agent (systemctl restart edgesync)");
            }

            await TellAsync(configuration, outcome, parsed.GetValue(print));
            return ExitCodes.Ok;
        });
        return command;
    }

    private static HardwareLedgerKey? ReadLedgerKey(string? text, string? publicKeyFile)
    {
        if (text is null)
        {
            return publicKeyFile is null
                ? null
                : throw new AgentException("LedgerKeyInvalid", "--ledger-public-key needs --ledger-key too") { ExitCode = ExitCodes.Usage };
        }

        return HardwareKeyAddress.TryParse(text, out var address, out var problem)
            ? new HardwareLedgerKey(address, publicKeyFile)
            : throw new AgentException("LedgerKeyInvalid", $"--ledger-key {problem}") { ExitCode = ExitCodes.Usage };
    }

    private static async Task TellAsync(AgentConfiguration configuration, EnrolmentOutcome outcome, bool printOnly)
    {
        if (!printOnly && configuration.Hq is null && await HqSectionText.TryAddAsync(configuration.Path, outcome.Section, CancellationToken.None))
        {
            Console.WriteLine($"added the section 'hq' to '{configuration.Path}'");
            Console.WriteLine("next: restart the agent (systemctl restart edgesync)");
            return;
        }

        Console.WriteLine(printOnly || configuration.Hq is null
            ? $"put this into '{configuration.Path}':"
            : $"'{configuration.Path}' has a section 'hq' already; it should say:");
        Console.WriteLine(string.Join('\n', outcome.Section));
    }

    private static async Task<string> ReadTokenAsync(string? token, string? file, CancellationToken cancellationToken)
    {
        if (token is null == file is null)
        {
            throw new AgentException("EnrolmentNeedsToken", "the enrolment needs a token") { ExitCode = ExitCodes.Usage, Hint = "Give --token-file FILE or --token TOKEN." };
        }

        try
        {
            var text = token ?? (file == "-"
                ? await Console.In.ReadLineAsync(cancellationToken) ?? ""
                : Encoding.UTF8.GetString(await BoundedFile.ReadAsync(file!, MaxToken, cancellationToken) ?? throw new FileNotFoundException()));
            return text.Trim() is { Length: > 0 and <= MaxToken } secret
                ? secret
                : throw new AgentException("EnrolmentNeedsToken", "the token is empty or too long") { ExitCode = ExitCodes.Usage };
        }
        catch (Exception failure) when (failure is IOException or StorageException)
        {
            throw new AgentException("EnrolmentNeedsToken", $"cannot read the token '{file}': {FileFaults.Describe(file!, failure.InnerException ?? failure)}", failure)
            {
                ExitCode = ExitCodes.Usage,
            };
        }
    }
}
