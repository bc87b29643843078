using EdgeSync.Primitives.Failures;
using EdgeSync.Testbed.Packages;

namespace EdgeSync.Testbed.Commands;

/// <summary>The verbs of <c>testbed</c>.</summary>
internal static class CommandLine
{
    private const string Usage = """
        testbed: a real registry, broker and cluster for tests, the demo and trying things out

          testbed prepare               install the packages, fetch the tools, build the node's binaries (the first time: minutes)
          testbed up DIR [--api-only]   start registry, broker and cluster that keep everything in DIR, and leave them running
          testbed down DIR              end what runs in DIR
          testbed hold DIR              start a registry and a broker in DIR, until Ctrl-C
          testbed clean                 end what killed runs left on this machine
        """;

    public static async Task<int> RunAsync(string[] args, CancellationToken cancellationToken)
    {
        try
        {
            return args switch
            {
                ["prepare"] => await PrepareAsync(cancellationToken),
                ["up", ['-', ..]] => await ShowUsageAsync(Console.Error, ExitCodes.Usage),
                ["up", var folder] => await UpCommand.RunAsync(folder, apiOnly: false, cancellationToken),
                ["up", var folder, "--api-only"] => await UpCommand.RunAsync(folder, apiOnly: true, cancellationToken),
                ["hold", var folder] => await HoldCommand.RunAsync(folder, cancellationToken),
                ["down", var folder] => await EndAsync(await TestbedSession.EndAsync(folder, cancellationToken)),
                ["clean"] => await EndAsync(await TestbedSession.CleanAsync(cancellationToken)),
                ["--help" or "-h" or "help"] => await ShowUsageAsync(Console.Out, ExitCodes.Ok),
                _ => await ShowUsageAsync(Console.Error, ExitCodes.Usage),
            };
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
        catch (OperationCanceledException)
        {
            return ExitCodes.Failure;
        }
    }

    private static async Task<int> PrepareAsync(CancellationToken cancellationToken)
    {
        await Preparation.RunAsync(Console.WriteLine, cancellationToken);
        await Console.Out.WriteLineAsync("ready");
        return ExitCodes.Ok;
    }

    private static async Task<int> EndAsync(int runs)
    {
        await Console.Out.WriteLineAsync($"ended {runs} {(runs == 1 ? "run" : "runs")}");
        return ExitCodes.Ok;
    }

    private static async Task<int> ShowUsageAsync(TextWriter writer, int exitCode)
    {
        await writer.WriteLineAsync(Usage);
        return exitCode;
    }
}
