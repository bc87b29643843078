using System.CommandLine;
using EdgeSync.Testbed.Packages;
using EdgeSync.Testbed.Processes;

namespace EdgeSync.Build.Verbs;

/// <summary><c>restore</c>: gets everything that the other verbs need.</summary>
internal static class RestoreVerb
{
    public static Command Create(BuildContext build)
    {
        var command = new Command("restore", "Get everything that the other verbs need: packages of NuGet and Debian, tools, and the node's programs.");
        command.SetAction(async _ =>
        {
            await PackageInstaller.InstallAsync([.. DebianPackage.Publishing, .. DebianPackage.ArmPublishing, .. DebianPackage.Browser], Console.WriteLine);
            await Preparation.RunAsync(Console.WriteLine);
            return await TimedStep.RunAsync(
                "restoring the solution's packages", () => build.Shell.RunAsync("dotnet", ["restore", build.Repository.Solution, "-v", "q"]), Console.WriteLine);
        });
        return command;
    }
}
