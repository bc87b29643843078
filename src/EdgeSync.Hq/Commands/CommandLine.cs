using System.CommandLine;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Hq.Commands;

/// <summary>The verbs of <c>edgesync-hq</c>, and the one place where a failure becomes words and an exit code.</summary>
internal static class CommandLine
{
    public static Option<string?> ConfigOption { get; } = new("--config")
    {
        Description = $"The configuration file. Default: {Configuration.HqConfiguration.DefaultPath} where it exists.",
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
            // SIGTERM is the web host's: it drains, and ends with 0. The parser's own answer would cut that short.
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
            // Kestrel's own failure for an address that is in use.
            await Console.Error.WriteLineAsync($"error: {failure.Message}");
            return ExitCodes.Failure;
        }
    }

    private static RootCommand CreateRoot() => new("EdgeSync HQ shows which site runs what, since when, and proves it.")
    {
        ConfigOption,
        ServeCommand.Create(),
        AuthorityCommand.Create(),
        UserCommand.Create(),
        TokenCommand.Create(),
    };
}
