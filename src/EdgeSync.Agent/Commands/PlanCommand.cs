using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using EdgeSync.Agent.Output;
using EdgeSync.Agent.Planning;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Plans;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Agent.Commands;

/// <summary><c>edgesync plan [BUNDLE|REFERENCE]</c>: what would change in the cluster as it is.</summary>
internal static class PlanCommand
{
    private const string Codes =
        "Exit codes: 0 nothing, 2 something, 4 this site would refuse it, 65 the bundle is invalid, 66 not found, 67 access denied, 69 registry or cluster did "
        + "not answer, 75 the cluster refuses it for now, 77 not trusted, 78 bad configuration.";

    public static Command Create()
    {
        var bundle = new Argument<string?>("bundle")
        {
            Description = "The folder of a bundle (with bundle.yaml), an image layout, or a bundle or release in a registry (default: the newest release that the site knows).",
            HelpName = "BUNDLE|REFERENCE",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var untrusted = new Option<bool>("--allow-untrusted") { Description = "Show the plan also of a bundle that this site does not trust." };
        var (config, channel, all, output) = Options();
        var command = new Command("plan", $"Show what would change in the cluster as it is; change nothing. {Codes}") { bundle, channel, untrusted, all, config, output };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var planner = new SitePlanner(ConfigurationOption.Load(parsed, config), TimeProvider.System);
            return await RunAsync(
                planner,
                () => planner.PlanAsync(parsed.GetValue(bundle), parsed.GetValue(channel), parsed.GetValue(untrusted), cancellationToken),
                parsed.GetValue(output),
                parsed.GetValue(all));
        });
        return command;
    }

    /// <summary><c>edgesync diff</c>: where the cluster is not what should run.</summary>
    public static Command CreateDiff()
    {
        var (config, channel, all, output) = Options();
        var command = new Command("diff", $"Show where the cluster is not what should run, and who changed it; change nothing. {Codes}") { channel, all, config, output };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var planner = new SitePlanner(ConfigurationOption.Load(parsed, config), TimeProvider.System);
            return await RunAsync(planner, () => planner.CompareAsync(parsed.GetValue(channel), cancellationToken), parsed.GetValue(output), parsed.GetValue(all));
        });
        return command;
    }

    private static (Option<string?> Config, Option<string?> Channel, Option<bool> All, Option<OutputFormat> Output) Options() => (
        ConfigurationOption.Create(),
        new Option<string?>("--channel") { Description = "This channel only (default: every channel of the site).", HelpName = "NAME" },
        new Option<bool>("--all") { Description = "Name the unchanged objects too, and show values in full." },
        OutputOption.Create());

    private static async Task<int> RunAsync(SitePlanner planner, Func<Task<PlanDocument>> plan, OutputFormat output, bool all)
    {
        PlanDocument document;
        try
        {
            document = await plan();
        }
        catch (EdgeSyncException failure) when (PlanExitCode.Of(failure) != failure.ExitCode)
        {
            throw new Failures.AgentException(failure.Reason, failure.Message, failure) { Hint = failure.Hint, Subject = failure.Subject, ExitCode = PlanExitCode.Of(failure) };
        }

        if (output == OutputFormat.Json)
        {
            Console.WriteLine(Write(document));
        }
        else
        {
            PlanView.Write(document, all, ConsoleOutput.Standard());
        }

        return PlanExitCode.Worst([planner.FailureCode, PlanExitCode.Of(document)]);
    }

    // The document of the contract, indented. Everything but ASCII is escaped, so that nothing in it controls a terminal.
    private static string Write(PlanDocument document)
    {
        var node = JsonSerializer.SerializeToNode(document, ContractsJsonContext.Default.PlanDocument)!;
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.Default }))
        {
            node.WriteTo(writer);
        }

        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }
}
