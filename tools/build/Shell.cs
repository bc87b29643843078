using System.Diagnostics;

namespace EdgeSync.Build;

/// <summary>Runs programs in the repository.</summary>
internal sealed class Shell(Repository repository)
{
    /// <summary>Runs a program with its output on the terminal; returns its exit code. The terminal sends Ctrl-C to the program too, so it ends itself.</summary>
    public async Task<int> RunAsync(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        using var process = Start(program, arguments, environment, redirect: false);
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    /// <summary>Runs a program and passes each line that it writes to <paramref name="onLine"/>; returns its exit code.</summary>
    public async Task<int> RunAsync(
        string program, IEnumerable<string> arguments, Action<string> onLine, IReadOnlyDictionary<string, string>? environment = null)
    {
        using var process = Start(program, arguments, environment, redirect: true);
        var writing = new Lock();
        void OnLine(object sender, DataReceivedEventArgs line)
        {
            if (line.Data is not null)
            {
                lock (writing)
                {
                    onLine(line.Data);
                }
            }
        }

        process.OutputDataReceived += OnLine;
        process.ErrorDataReceived += OnLine;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    /// <summary>Runs a program without output; the exception of a failure has everything that it wrote.</summary>
    public async Task<string> CaptureAsync(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var lines = new List<string>();
        var list = arguments.ToList();
        var exitCode = await RunAsync(program, list, lines.Add, environment);
        var output = string.Join('\n', lines);
        return exitCode == 0 ? output : throw new BuildException($"{program} {string.Join(' ', list)} ended with {exitCode}:\n{output}");
    }

    private Process Start(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment, bool redirect)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = repository.Root,
            RedirectStandardOutput = redirect,
            RedirectStandardError = redirect,
        };
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";

        // A build server that outlives the build would keep its pipes open, and the caller would wait for it.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return Process.Start(start) ?? throw new BuildException($"{program} was not started.");
    }
}
