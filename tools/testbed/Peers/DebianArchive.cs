using EdgeSync.Testbed.Processes;

namespace EdgeSync.Testbed.Peers;

/// <summary>
/// Fetches packages of Debian's suites with an apt of its own (lists, sources and cache apart from the machine's, so that
/// nothing there changes), and unpacks them without installing. apt checks the archive's signature as always.
/// </summary>
internal static class DebianArchive
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>The path of the tool's program, fetched now if it is not in the cache.</summary>
    public static async Task<string> FetchAsync(DebianTool tool, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(TestbedPaths.Tools, tool.Name);
        var program = ProgramOf(tool);
        if (File.Exists(program))
        {
            return program;
        }

        await using (await FileLock.AcquireAsync(Path.Combine(TestbedPaths.Tools, ".lock"), cancellationToken))
        {
            if (!File.Exists(program))
            {
                await UnpackAsync(tool, folder, cancellationToken);
            }
        }

        return program;
    }

    public static string ProgramOf(DebianTool tool) => Path.Combine(TestbedPaths.Tools, tool.Name, "current", tool.File);

    /// <summary>
    /// Unpacks a package and all that it depends on into one folder, as far as the names begin with <paramref name="prefix"/>: the sources of a program of Go, with its compiler.
    /// </summary>
    public static async Task UnpackWithDependenciesAsync(IReadOnlyList<string> packages, string suite, string prefix, string folder, CancellationToken cancellationToken)
    {
        var apt = await PrepareAsync(new DebianTool(packages[0], packages[0], suite), cancellationToken);

        // As on a machine without any package, so that nothing is left out because this one has it.
        string[] empty = ["-o", "Dir::State::status=/dev/null"];
        var planned = await RunAsync("apt-get", [.. apt, .. empty, "-s", "install", "--no-install-recommends", .. packages], "/", cancellationToken);
        var names = planned.Output.Split('\n').Where(line => line.StartsWith($"Inst {prefix}", StringComparison.Ordinal)).Select(line => line.Split(' ')[1]).ToList();
        var download = Directory.CreateDirectory(Path.Combine(folder, "download")).FullName;
        await RunAsync("apt-get", [.. apt, .. empty, "download", "-qq", .. names], download, cancellationToken);
        foreach (var package in Directory.EnumerateFiles(download, "*.deb"))
        {
            await RunAsync("dpkg-deb", ["-x", package, folder], download, cancellationToken);
            File.Delete(package);
        }
    }

    private static async Task UnpackAsync(DebianTool tool, string folder, CancellationToken cancellationToken)
    {
        var apt = await PrepareAsync(tool, cancellationToken);
        var download = Directory.CreateDirectory(Path.Combine(folder, "download")).FullName;
        string[] packages = [tool.Package, .. tool.Others];
        await RunAsync("apt-get", [.. apt, "download", "-qq", .. packages.Select(package => $"{package}/{tool.Suite}")], download, cancellationToken);
        var main = Directory.EnumerateFiles(download, $"{tool.Package}_*.deb").Single();
        var version = (await RunAsync("dpkg-deb", ["-f", main, "Version"], download, cancellationToken)).Output.Trim();
        var unpacked = Path.Combine(folder, version);
        foreach (var package in Directory.EnumerateFiles(download, "*.deb"))
        {
            await RunAsync("dpkg-deb", ["-x", package, unpacked], download, cancellationToken);
        }

        Directory.Delete(download, recursive: true);

        // The link is created last: if it exists, the tool is complete.
        var current = Path.Combine(folder, "current");
        if (Directory.Exists(current))
        {
            Directory.Delete(current);
        }

        Directory.CreateSymbolicLink(current, version);
    }

    private static async Task<string[]> PrepareAsync(DebianTool tool, CancellationToken cancellationToken)
    {
        var state = Path.Combine(TestbedPaths.Tools, ".apt", $"{tool.Suite}-{tool.Architecture}");
        Directory.CreateDirectory(Path.Combine(state, "lists", "partial"));
        var sources = Path.Combine(state, "sources.list");
        await File.WriteAllTextAsync(sources, $"deb {await FindMirrorAsync(cancellationToken)} {tool.Suite} main\n", cancellationToken);
        string[] apt =
        [
            "-o", $"Dir::Etc::sourcelist={sources}", "-o", "Dir::Etc::sourceparts=/dev/null", "-o", $"Dir::State::lists={state}/lists",
            "-o", $"Dir::Cache={state}/cache", "-o", "APT::Sandbox::User=root", "-o", $"APT::Architecture={tool.Architecture}", "-o", $"APT::Architectures={tool.Architecture}",

            // A mirror that is no longer updated has old lists, whose signatures were valid for some weeks only.
            "-o", "Acquire::Check-Valid-Until=false",
        ];
        var updated = Path.Combine(state, "updated");
        if (!File.Exists(updated) || TimeProvider.System.GetUtcNow() - File.GetLastWriteTimeUtc(updated) > TimeSpan.FromHours(12))
        {
            await RunAsync("apt-get", [.. apt, "update", "-qq"], state, cancellationToken);
            await File.WriteAllTextAsync(updated, "", cancellationToken);
        }

        return apt;
    }

    // The mirror that this machine already uses for its own packages has the other suites too.
    private static async Task<string> FindMirrorAsync(CancellationToken cancellationToken)
    {
        var targets = await RunAsync("apt-get", ["indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"], "/", cancellationToken);
        return targets.Output.Split('\n').FirstOrDefault(u => u.TrimEnd('/').EndsWith("/debian", StringComparison.Ordinal))
            ?? throw new TestbedException("NoMirror", "apt knows no Debian mirror on this machine.");
    }

    private static async Task<ToolResult> RunAsync(string program, string[] arguments, string folder, CancellationToken cancellationToken)
    {
        var request = new ToolRequest(arguments) { WorkingDirectory = folder, Timeout = Patience };
        return (await PeerTool.Installed(program).RunAsync(request, cancellationToken)).EnsureSuccess();
    }
}
