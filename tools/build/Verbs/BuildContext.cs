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
    }

    public Repository Repository { get; }

    public Shell Shell { get; }

    /// <summary>Installs what is missing of these packages.</summary>
    public static Task RequireAsync(params IEnumerable<DebianPackage>[] packages) =>
        PackageInstaller.InstallAsync(packages.SelectMany(p => p), Console.WriteLine);

    /// <summary>The NativeAOT binary for this machine.</summary>
    public async Task<string> PublishAsync()
    {
        await RequireAsync(DebianPackage.Publishing);
        return await new Publisher(Repository, Shell).PublishAsync(Publisher.LocalRuntime);
    }

    /// <summary>Publishes, then runs a project of this repository with the arguments of the verb.</summary>
    public async Task<int> RunProjectAsync(string path, IEnumerable<string> arguments)
    {
        var project = Repository[path];
        if (!Directory.Exists(project) || Directory.GetFiles(project, "*.csproj").Length == 0)
        {
            throw new BuildException($"{path} is not in this checkout.", BuildException.Unavailable);
        }

        var binary = await PublishAsync();
        await Preparation.RunAsync(Console.WriteLine);
        Console.WriteLine($"compiling {path}");
        await Ticker.WatchAsync(Shell.CaptureAsync("dotnet", ["build", project, "-c", "Release", "-v", "q", "--nologo"]), Console.WriteLine);
        return await Shell.RunAsync(
            "dotnet", ["run", "-c", "Release", "--no-build", "--project", project, "--", .. arguments], Environment(binary));
    }

    /// <summary>Tells tests, demo and benchmarks where the binary is, and the tests that the peers are installed.</summary>
    public static Dictionary<string, string> Environment(string binary) => new() { ["EDGESYNC_BINARY"] = binary, ["EDGESYNC_PEERS"] = "1" };
}
