using EdgeSync.Build.Publishing;
using EdgeSync.Testbed.Packages;
using EdgeSync.Testbed.Processes;

namespace EdgeSync.Build.Verbs;

/// <summary>What every verb works with.</summary>
internal sealed class BuildContext
{
    public BuildContext()
    {
        Repository = Repository.Find();
        Shell = new Shell(Repository);
        Publisher = new Publisher(Repository, Shell);
    }

    public Repository Repository { get; }

    public Shell Shell { get; }

    public Publisher Publisher { get; }

    /// <summary>Compiles a project or the solution.</summary>
    public Task<string> CompileAsync(string name, string path, string configuration = "Debug") => TimedStep.RunAsync(
        $"compiling {name}", () => Shell.CaptureAsync("dotnet", ["build", path, "-c", configuration, "-v", "q", "--nologo"]), Console.WriteLine);

    /// <summary>Publishes, then runs a project of this repository with the arguments of the verb.</summary>
    public async Task<int> RunProjectAsync(string path, IEnumerable<string> arguments)
    {
        var binary = await Publisher.PublishAsync(Publisher.LocalRuntime);
        await Preparation.RunAsync(Console.WriteLine);
        var project = Repository[path];
        await CompileAsync(path, project, "Release");
        return await Shell.RunAsync(
            "dotnet", ["run", "-c", "Release", "--no-build", "--project", project, "--", .. arguments], new Dictionary<string, string> { ["EDGESYNC_BINARY"] = binary });
    }
}
