using System.CommandLine;
using System.Text.Json;
using EdgeSync.Agent.LocalApi;
using EdgeSync.Agent.Trust;
using EdgeSync.Primitives.Failures;
using EdgeSync.Signing.Envelopes;
using EdgeSync.Signing.Roots;

namespace EdgeSync.Agent.Commands;

/// <summary><c>edgesync trust import</c>: imports roots and revocations from a file or a USB stick, without a network.</summary>
internal static class TrustImportCommand
{
    private const int MaxFiles = 4096;

    public static Command Create()
    {
        var path = new Argument<string>("path") { Description = "A file, or a folder whose *.json files are read.", HelpName = "PATH" };
        var config = ConfigurationOption.Create();
        var output = OutputOption.Create();
        var command = new Command(
            "import",
            "Take trust roots and revocations from a file or a folder, such as a USB stick. Needs no network, and works with and without a running agent. "
            + "Exit codes: 0 all taken or known, 77 something was refused.")
        {
            path, config, output,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var import = await ReadAsync(parsed.GetRequiredValue(path), cancellationToken);
            var answer = await new TrustClient(ConfigurationOption.Load(parsed, config, checkFiles: false)).ImportAsync(import, cancellationToken);
            if (parsed.GetValue(output) == OutputFormat.Json)
            {
                Console.WriteLine(JsonSerializer.Serialize(answer, LocalApiJsonContext.Default.TrustAnswer));
            }
            else
            {
                TrustPrint.Write(answer);
            }

            return answer.Outcomes.Any(outcome => outcome.Result == TrustResult.Refused) ? ExitCodes.NotTrusted : ExitCodes.Ok;
        });
        return command;
    }

    // A USB stick has other files too; only files of a folder that look like ours are read. Links are not followed, because the stick is not trusted.
    private static async Task<TrustImport> ReadAsync(string path, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(path))
        {
            return new TrustImport([await TrustCommand.ReadAsync(path, cancellationToken)]);
        }

        var found = new List<byte[]>();
        foreach (var file in new DirectoryInfo(path).EnumerateFiles("*.json").Take(MaxFiles))
        {
            if (file.LinkTarget is null && (file.Attributes & FileAttributes.ReparsePoint) == 0 && file.Length is > 0 and <= DsseEnvelope.MaxBytes
                && await TrustCommand.ReadAsync(file.FullName, cancellationToken) is var bytes && TrustEnvelope.Peek(bytes) is not null)
            {
                found.Add(bytes);
            }
        }

        return found.Count switch
        {
            0 => throw TrustCommand.Invalid($"the folder '{path}' has no trust root and no list of revocations", "Bring the files that 'edgesync trust sign' wrote, *.json."),
            > TrustImport.MaxEnvelopes => throw TrustCommand.Invalid(
                $"the folder '{path}' has {found.Count} trust roots and lists, more than {TrustImport.MaxEnvelopes}", "Bring them in several folders, the oldest first."),
            _ => new TrustImport(found),
        };
    }
}
