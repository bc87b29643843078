using System.CommandLine;
using EdgeSync.Testbed;

namespace EdgeSync.Build.Verbs;

/// <summary><c>clean</c>: removes the artifacts and what killed runs of the testbed left behind.</summary>
internal static class CleanVerb
{
    public static Command Create(BuildContext build)
    {
        var command = new Command("clean", "Remove the artifacts, and end the processes that killed runs of the testbed left on this machine.");
        command.SetAction(async _ =>
        {
            var runs = await TestbedSession.CleanAsync();
            Console.WriteLine($"ended {runs} left-over {(runs == 1 ? "run" : "runs")} of the testbed, removing artifacts");

            // The last step, because the build program itself is in this folder.
            var artifacts = build.Repository["artifacts"];
            if (Directory.Exists(artifacts))
            {
                Directory.Delete(artifacts, recursive: true);
            }

            return 0;
        });
        return command;
    }
}
