using System.CommandLine;
using EdgeSync.Build.Publishing;
using EdgeSync.Build.Testing;
using EdgeSync.Testbed.Packages;
using EdgeSync.Testbed.Processes;

namespace EdgeSync.Build.Verbs;

/// <summary><c>test</c>: all tests, on real peers.</summary>
internal static class TestVerb
{
    public static Command Create(BuildContext build)
    {
        var filter = new Option<string?>("--filter") { Description = "Only tests that match, as for 'dotnet test --filter'." };
        var project = new Option<string?>("--project") { Description = "Only test projects with this in their name, such as Oci." };
        var noPublish = new Option<bool>("--no-publish") { Description = "Take the binary as it was last published." };
        var command = new Command("test", "Run all tests. The last line is 'N passed, N failed'.") { filter, project, noPublish };
        command.SetAction(async parsed =>
        {
            var projects = TestProject.FindAll(build.Repository, parsed.GetValue(project));
            await BuildContext.RequireAsync(DebianPackage.Publishing, DebianPackage.Browser);
            await Preparation.RunAsync(Console.WriteLine);
            var published = build.Repository.BinaryFor(Publisher.LocalRuntime);
            var binary = parsed.GetValue(noPublish) && File.Exists(published) ? published : await build.PublishAsync();
            var target = parsed.GetValue(project) is null ? [build.Repository.Solution] : projects.Select(p => p.Folder);
            Console.WriteLine("compiling the tests (some minutes the first time)");
            foreach (var one in target)
            {
                await Ticker.WatchAsync(build.Shell.CaptureAsync("dotnet", ["build", one, "-v", "q", "--nologo"]), Console.WriteLine);
            }

            var results = await new TestRun(build.Repository, build.Shell, BuildContext.Environment(binary), parsed.GetValue(filter)).RunAsync(projects);
            return TestReport.Write(results, Console.Out);
        });
        return command;
    }
}
