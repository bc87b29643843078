using System.CommandLine;
using EdgeSync.Build.Publishing;
using EdgeSync.Build.Testing;
using EdgeSync.Testbed.Packages;

namespace EdgeSync.Build.Verbs;

/// <summary><c>test</c>: runs all tests, also those that need peers.</summary>
internal static class TestVerb
{
    public static Command Create(BuildContext build)
    {
        var filter = new Option<string?>("--filter") { Description = "Only tests that match, as for 'dotnet test --filter'." };
        var project = new Option<string?>("--project") { Description = "Only test projects with this in their name, such as Oci." };
        var noPublish = new Option<bool>("--no-publish") { Description = "Use the binaries of the last publish." };
        var command = new Command("test", "Run all tests. The last line is 'N passed, N failed'.") { filter, project, noPublish };
        command.SetAction(async parsed =>
        {
            var projects = TestProject.FindAll(build.Repository, parsed.GetValue(project));
            await PackageInstaller.InstallAsync(DebianPackage.Browser, Console.WriteLine);
            await Preparation.RunAsync(Console.WriteLine);
            var environment = new Dictionary<string, string>
            {
                ["EDGESYNC_PEERS"] = "1",
                ["EDGESYNC_BINARY"] = await PublishAsync(Publisher.LocalRuntime),
                ["EDGESYNC_BINARY_ARM64"] = await PublishAsync(Publisher.ArmRuntime),
            };
            if (parsed.GetValue(project) is null)
            {
                await build.CompileAsync("the tests (some minutes the first time)", build.Repository.Solution);
            }
            else
            {
                foreach (var one in projects)
                {
                    await build.CompileAsync(one.Name, one.Folder);
                }
            }

            var results = await new TestRun(build.Repository, build.Shell, environment, parsed.GetValue(filter)).RunAsync(projects);
            return TestResult.Write(results, Console.Out);

            Task<string> PublishAsync(string runtime)
            {
                var published = build.Repository.BinaryFor(runtime);
                return parsed.GetValue(noPublish) && File.Exists(published) ? Task.FromResult(published) : build.Publisher.PublishAsync(runtime);
            }
        });
        return command;
    }
}
