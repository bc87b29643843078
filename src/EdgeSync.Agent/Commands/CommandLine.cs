using System.CommandLine;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Agent.Commands;

/// <summary>The verbs of <c>edgesync</c>, and the one place that turns a failure into a message and an exit code.</summary>
internal static class CommandLine
{
    /// <summary>Runs one verb to its end and returns the exit code (<see cref="ExitCodes"/>).</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var parsed = CreateRoot().Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
            {
                await Console.Error.WriteLineAsync($"error: {error.Message}");
            }

            await Console.Error.WriteLineAsync($"Try 'edgesync {string.Join(' ', VerbOf(parsed).Reverse())} --help'.".Replace("  ", " ", StringComparison.Ordinal));
            return ExitCodes.Usage;
        }

        using var signals = new StopSignals();
        try
        {
            return await parsed.InvokeAsync(
                new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, signals.Token);
        }
        catch (EdgeSyncException failure)
        {
            // Several faults are printed one per line; the reason follows the first.
            var lines = failure.Message.Split('\n', 2);
            await Console.Error.WriteLineAsync($"error: {lines[0]} ({failure.Reason}){(lines.Length > 1 ? $"\n{lines[1]}" : "")}");
            if (failure.Hint is not null)
            {
                await Console.Error.WriteLineAsync($"hint:  {failure.Hint}");
            }

            return failure.ExitCode;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("stopped");
            return ExitCodes.Interrupted;
        }
    }

    private static RootCommand CreateRoot() => new("EdgeSync keeps Kubernetes in its desired state at sites with bad links.")
    {
        AdoptCommand.Create(),
        BundleCommand.Create(),
        ConfigCommand.Create(),
        PlanCommand.CreateDiff(),
        DoctorCommand.Create(),
        EnrollCommand.Create(),
        HoldCommand.Create(),
        QuarantineCommand.Create(),
        KeyCommand.Create(),
        PageCommand.Create(),
        PlanCommand.Create(),
        PreflightCommand.Create(),
        RebuildCommand.Create(),
        ReleaseCommand.Create(),
        RunCommand.Create(),
        SetupCommand.Create(),
        StatusCommand.Create(),
        SyncCommand.Create(),
        TrustCommand.Create(),
        UninstallCommand.Create(),
        VerifyCommand.Create(),
        VersionCommand.Create(),
        WindowsCommand.Create(),
    };

    private static IEnumerable<string> VerbOf(ParseResult parsed)
    {
        for (var at = parsed.CommandResult; at.Parent is System.CommandLine.Parsing.CommandResult parent; at = parent)
        {
            yield return at.Command.Name;
        }
    }
}
