using System.CommandLine;
using System.Text.Json;
using EdgeSync.Agent.Output;
using EdgeSync.Agent.Trust;
using EdgeSync.Bundles;
using EdgeSync.Primitives.Failures;
using Spectre.Console;

namespace EdgeSync.Agent.Commands;

/// <summary><c>edgesync verify REFERENCE|LAYOUT</c>: whether a site would trust it, by which rule, and on what evidence.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        var place = new Argument<string>("reference")
        {
            Description = "A bundle or a release in a registry (registry/repository:tag, or @digest), or an image layout, as a folder or a tar archive (PATH, PATH:tag or PATH@digest): a copy, a USB stick, the site's cache.",
            HelpName = "REFERENCE|LAYOUT",
        };
        var policyFile = new Option<string?>("--policy")
        {
            Description = "The trust policy (trust.yaml) to use in place of the site's own.",
            HelpName = "FILE",
        };
        var repository = new Option<string?>("--repository")
        {
            Description = "The repository (registry/name) that rules are chosen by, if the reference is a layout.",
            HelpName = "REPOSITORY",
        };
        var channel = new Option<string?>("--channel") { Description = "The channel that rules are chosen by.", HelpName = "NAME" };
        var config = ConfigurationOption.Create();
        var output = OutputOption.Create();
        var registries = new RegistryArguments();
        var command = new Command("verify", "Verify a bundle or a release by a trust policy; exits with 77 if it is not trusted.")
        {
            place, policyFile, repository, channel, config, output,
        };
        registries.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var policy = parsed.GetValue(policyFile) is { } file
                ? TrustFile.Load(file)
                : await TrustClient.ReadPolicyAsync(ConfigurationOption.Load(parsed, config), cancellationToken);
            var judge = new VerifyJudge(policy, parsed.GetValue(repository), parsed.GetValue(channel), TimeProvider.System);
            var text = parsed.GetRequiredValue(place);
            var report = LayoutPlace.Find(text) is { } layout
                ? await JudgeAsync(judge, layout, cancellationToken)
                : await judge.JudgeRegistryAsync(text, host => registries.ConnectAsync(parsed, host, cancellationToken), cancellationToken);
            if (parsed.GetValue(output) == OutputFormat.Json)
            {
                Console.WriteLine(JsonSerializer.Serialize(report, VerifyJsonContext.Default.VerifyReport));
            }
            else
            {
                Print(report, ConsoleOutput.Standard());
            }

            return report.Trusted ? ExitCodes.Ok : ExitCodes.NotTrusted;
        });
        return command;
    }

    // A medium that somebody brought is input; it is not a disk of this machine that needs repair.
    private static async Task<VerifyReport> JudgeAsync(VerifyJudge judge, LayoutPlace place, CancellationToken cancellationToken)
    {
        try
        {
            return await judge.JudgeLayoutAsync(place, cancellationToken);
        }
        catch (StorageException failure)
        {
            throw new BundleException(failure.Reason, failure.Message, failure) { Subject = place.Path, Hint = "Copy it again." };
        }
    }

    private static void Print(VerifyReport report, IAnsiConsole console)
    {
        var (color, verdict) = report.Trusted ? ("green", "trusted") : ("red", "NOT TRUSTED");
        console.WriteMarkupLine($"[{color}]{verdict}[/]  {report.Kind} {report.Digest}");
        if (report.Rule is null)
        {
            console.WriteMarkupLine($"no rule fits");
        }
        else
        {
            console.WriteMarkupLine($"rule '{report.Rule}'");
        }

        foreach (var check in report.Checks)
        {
            console.WriteMarkupLine($"  {(check.Passed ? "ok  " : "FAIL")} {check.Item}: {check.Summary}");
            foreach (var evidence in check.Evidence)
            {
                console.WriteMarkupLine($"         {evidence}");
            }
        }

        if (!report.Trusted)
        {
            console.WriteMarkupLine($"{report.Reason}: {report.Message}");
            console.WriteMarkupLine($"hint: {report.Hint}");
        }
    }
}
