using System.CommandLine;
using EdgeSync.Testbed.Packages;
using EdgeSync.Testbed.Processes;

namespace EdgeSync.Build.Verbs;

/// <summary><c>restore</c>: everything that the other verbs need.</summary>
internal static class RestoreVerb
{
    public static Command Create(BuildContext build)
    {
        var command = new Command("restore", "Get all that the other verbs need: packages of NuGet and Debian, peers' tools, the node's programs.");
        command.SetAction(async _ =>
        {
            await BuildContext.RequireAsync(DebianPackage.Publishing, DebianPackage.Browser);
            await Preparation.RunAsync(Console.WriteLine);
            Console.WriteLine("restoring the solution's packages");
            return await Ticker.WatchAsync(build.Shell.RunAsync("dotnet", ["restore", build.Repository.Solution, "-v", "q"]), Console.WriteLine);
        });
        return command;
    }
}
