using System.CommandLine;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Hq.Commands;

/// <summary>Runs the verbs of <c>edgesync-hq</c>, and turns failures into messages and exit codes.</summary>
internal static class CommandLine
{
    public static Option<string?> ConfigOption { get; } = new("--config")
    {
        Description = $"The configuration file. Default: {Configuration.HqConfiguration.DefaultPath}, if it exists.",
        Recursive = true,
    };

    public static async Task<int> RunAsync(string[] args)
    {
        var parsed = CreateRoot().Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
            {
                await Console.Error.WriteLineAsync($"error: {error.Message}");
            }

            await Console.Error.WriteLineAsync("Try 'edgesync-hq --help'.");
            return ExitCodes.Usage;
        }

        try
        {
            // The web host handles SIGTERM: it finishes running requests and exits with 0. The parser must not terminate the process earlier.
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (EdgeSyncException failure)
        {
            await Console.Error.WriteLineAsync($"error: {failure.Message} ({failure.Reason})");
            if (failure.Hint is not null)
            {
                await Console.Error.WriteLineAsync($"hint:  {failure.Hint}");
            }

            return failure.ExitCode;
        }
        catch (IOException failure)
        {
            // Kestrel throws this if the address is in use.
            await Console.Error.WriteLineAsync($"error: {failure.Message}");
            return ExitCodes.Failure;
        }
    }

    private static RootCommand CreateRoot() => new("EdgeSync HQ shows which site runs which release since when, with proof.")
    {
        ConfigOption,
        ServeCommand.Create(),
        AuthorityCommand.Create(),
        UserCommand.Create(),
        TokenCommand.Create(),
    };
}
