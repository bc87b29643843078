using System.CommandLine;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Build.Verbs;

/// <summary>The verbs of the build, and the one place where a failure becomes words and an exit code.</summary>
internal static class CommandLine
{
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

    private static RootCommand CreateRoot(BuildContext build) => new("Builds, tests and shows EdgeSync.")
    {
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

    // The errors, what may have been meant, and the help of the verb; none of it on standard output, where scripts read results.
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
