using System.Diagnostics;
using System.Text.Json;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Testbed.Clocks;
using EdgeSync.Testbed.Networks;
using EdgeSync.Testbed.Shop;

namespace EdgeSync.EndToEnd.Tests.Harness;

/// <summary>The daemon of one site as a child process: started, watched by its log, asked for its status, stopped or killed.</summary>
internal sealed class SiteProcess(EdgeSyncProgram edgesync, string configurationPath) : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly Lock _lock = new();
    private readonly List<string> _log = [];
    private readonly List<(string Text, Action Found)> _waiting = [];
    private Process? _process;

    /// <summary>Everything logged so far, over all starts.</summary>
    public string Log
    {
        get
        {
            lock (_lock)
            {
                return string.Join('\n', _log);
            }
        }
    }

    public void Start(NetworkNamespace? network = null, FakeClock? clock = null)
    {
        string[] command = [edgesync.Path, "run", "--config", configurationPath];
        command = network?.Wrap(command) ?? command;
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in edgesync.Environment.Concat(clock?.Environment ?? new Dictionary<string, string?>()))
        {
            start.Environment[name] = value;
        }

        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Take(line.Data);
        _process.ErrorDataReceived += (_, line) => Take(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Ends when a log line from now on has this text.</summary>
    public async Task AwaitLogAsync(string text, TimeSpan? patience = null)
    {
        var found = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _waiting.Add((text, () => found.TrySetResult()));
        }

        await Bounded(found.Task, $"the log line '{text}'", patience);
    }

    /// <summary>Kills the process at the very moment that a log line has this text; ends when it is gone.</summary>
    public async Task KillAtAsync(string text)
    {
        var process = _process!;
        var found = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            void Kill()
            {
                process.Kill();
                found.TrySetResult();
            }

            _waiting.Add((text, Kill));
        }

        await Bounded(found.Task, $"the log line '{text}'");
        await process.WaitForExitAsync();
    }

    public async Task<SiteStatus> StatusAsync()
    {
        var json = await edgesync.RequireAsync(["status", "--config", configurationPath, "--output", "json"]);
        return JsonSerializer.Deserialize(json, ContractsJsonContext.Default.SiteStatus)!;
    }

    /// <summary>Asks for the status until it is as wanted.</summary>
    public async Task<SiteStatus> AwaitStatusAsync(Func<SiteStatus, bool> isWanted, string what, TimeSpan? patience = null)
    {
        var started = Stopwatch.StartNew();
        SiteStatus? last = null;
        while (started.Elapsed < (patience ?? Patience))
        {
            var result = await edgesync.RunAsync(["status", "--config", configurationPath, "--output", "json"]);
            if (result.ExitCode == 0)
            {
                last = JsonSerializer.Deserialize(result.Output, ContractsJsonContext.Default.SiteStatus)!;
                if (isWanted(last))
                {
                    return last;
                }
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
        }

        throw new TimeoutException($"the site did not become {what}; last status: {(last is { Channels: [var first, ..] } ? first : null)}\n{Log}");
    }

    /// <summary>Kills the process, as a power cut would.</summary>
    public async Task KillAsync()
    {
        if (_process is { HasExited: false } process)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    /// <summary>Sends SIGTERM, as systemd does, and returns the exit code.</summary>
    public async Task<int> StopAsync()
    {
        var process = _process!;
        using (var kill = Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)])!)
        {
            await kill.WaitForExitAsync();
        }

        await Bounded(process.WaitForExitAsync(), "the daemon's end");
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process?.Dispose();
    }

    private void Take(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_lock)
        {
            _log.Add(line);
            foreach (var waiting in _waiting.Where(w => line.Contains(w.Text, StringComparison.Ordinal)).ToList())
            {
                _waiting.Remove(waiting);
                waiting.Found();
            }
        }
    }

    private async Task Bounded(Task task, string what, TimeSpan? patience = null)
    {
        try
        {
            await task.WaitAsync(patience ?? Patience);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"timed out waiting for {what}\n{Log}");
        }
    }
}
