using System.CommandLine;
using System.CommandLine.Help;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Build.Verbs;

/// <summary>The verbs of the build, and the one place that turns a failure into a message and an exit code.</summary>
internal static class CommandLine
{
    // The script that was called, for the usage line.
    private const string NameVariable = "EDGESYNC_BUILD_NAME";

    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            var parsed = CreateRoot(new BuildContext()).Parse(args);
            return parsed.Errors.Count > 0 ? await RefuseAsync(parsed) : await parsed.InvokeAsync(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            });
        }
        catch (BuildException failure)
        {
            return await FailAsync(failure.Message, null, failure.ExitCode);
        }
        catch (EdgeSyncException failure)
        {
            return await FailAsync(failure.Message, failure.Hint, failure.ExitCode);
        }
    }

    // Not a RootCommand, which takes its name from the executable: build.ps1 passes its own.
    private static Command CreateRoot(BuildContext build) => new(
        Environment.GetEnvironmentVariable(NameVariable) ?? "build.sh", "Builds, tests and demonstrates EdgeSync.")
    {
        new HelpOption(),
        RestoreVerb.Create(build),
        BuildVerb.Create(build),
        TestVerb.Create(build),
        PublishVerb.Create(build),
        DemoVerb.Create(build),
        BenchVerb.Create(build),
        FuzzVerb.Create(build),
        FormatVerb.Create(build),
        CleanVerb.Create(build),
    };

    // Writes the errors and the help of the verb to standard error, because scripts read results from standard output.
    private static async Task<int> RefuseAsync(ParseResult parsed)
    {
        await parsed.InvokeAsync(new InvocationConfiguration { Output = Console.Error });
        return ExitCodes.Usage;
    }

    private static async Task<int> FailAsync(string message, string? hint, int exitCode)
    {
        await Console.Error.WriteLineAsync($"error: {message}");
        if (hint is not null)
        {
            await Console.Error.WriteLineAsync($"hint:  {hint}");
        }

        return exitCode;
    }
}
