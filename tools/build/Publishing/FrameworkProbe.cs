using System.Globalization;
using EdgeSync.Testbed.Processes;

namespace EdgeSync.Build.Publishing;

/// <summary>
/// Finds the newest framework whose NativeAOT runtime pack the package feed has, by restoring an empty project. A feed seldom
/// changes: the answer is kept for a day for each SDK.
/// </summary>
internal sealed class FrameworkProbe(Repository repository, Shell shell)
{
    private static readonly string[] Candidates = ["net10.0", "net9.0"];
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(1);

    /// <summary>The framework to publish for.</summary>
    public async Task<string> FindAsync()
    {
        if (Environment.GetEnvironmentVariable("EDGESYNC_PUBLISH_FRAMEWORK") is { Length: > 0 } chosen)
        {
            return chosen;
        }

        var folder = Directory.CreateDirectory(repository["artifacts/probe"]).FullName;
        var sdk = (await shell.CaptureAsync("dotnet", ["--version"])).Trim();
        var answer = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"framework-{sdk}.txt"));
        if (File.Exists(answer) && TimeProvider.System.GetUtcNow() - File.GetLastWriteTimeUtc(answer) < Lifetime)
        {
            return (await File.ReadAllTextAsync(answer)).Trim();
        }

        Console.WriteLine("asking the package feed which framework can be published (once a day)");
        foreach (var framework in Candidates)
        {
            if (await RestoresAsync(folder, framework))
            {
                await File.WriteAllTextAsync(answer, framework + "\n");
                return framework;
            }
        }

        throw new BuildException($"The package feed has a NativeAOT runtime pack for none of {string.Join(", ", Candidates)}.", BuildException.Unavailable);
    }

    private async Task<bool> RestoresAsync(string folder, string framework)
    {
        var project = Path.Combine(Directory.CreateDirectory(Path.Combine(folder, framework)).FullName, "probe.csproj");
        await File.WriteAllTextAsync(project, $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>{framework}</TargetFramework>
                <RuntimeIdentifier>linux-x64</RuntimeIdentifier>
                <PublishAot>true</PublishAot>
              </PropertyGroup>
              <ItemGroup>
                <FrameworkReference Include="Microsoft.AspNetCore.App" />
              </ItemGroup>
            </Project>
            """);

        // Empty files of these names keep the repository's own rules away from the probe.
        foreach (var name in new[] { "Directory.Build.props", "Directory.Packages.props" })
        {
            await File.WriteAllTextAsync(Path.Combine(Path.GetDirectoryName(project)!, name), "<Project />\n");
        }

        return await Ticker.WatchAsync(shell.RunAsync("dotnet", ["restore", project, "-v", "q"], _ => { }), Console.WriteLine) == 0;
    }
}
