using System.Diagnostics;
using System.Text;

namespace EdgeSync.EndToEnd.Tests.Harness;

/// <summary>A program on a pseudo terminal of its own, by script(1): it sees a person's terminal, and keys can be pressed.</summary>
internal sealed class Terminal : IAsyncDisposable
{
    private const string CtrlC = "\u0003";
    private readonly Process _script;
    private readonly StringBuilder _screen = new();
    private readonly Task _reading;
    private readonly List<(string Text, TaskCompletionSource Seen)> _waiting = [];

    private Terminal(Process script)
    {
        _script = script;
        _reading = ReadAsync();
    }

    /// <summary>All that was written to the screen, control sequences included.</summary>
    public string Screen
    {
        get
        {
            lock (_screen)
            {
                return _screen.ToString();
            }
        }
    }

    public static Terminal Start(params string[] command)
    {
        var line = string.Join(' ', command.Select(word => $"'{word}'"));
        // What runs in the background passes on that Ctrl-C is ignored; a person's shell does not.
        var start = new ProcessStartInfo("script", ["-qefc", $"stty cols 160 rows 40; exec env --default-signal=INT {line}", "/dev/null"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment["TERM"] = "xterm-256color";
        start.Environment["SHELL"] = "/bin/sh";
        return new Terminal(Process.Start(start)!);
    }

    /// <summary>Ends when this text has been on the screen.</summary>
    public async Task AwaitAsync(string text)
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_screen)
        {
            _waiting.Add((text, seen));
            Notify();
        }

        await BoundedAsync(seen.Task, $"'{text}' on the screen");
    }

    public async Task PressCtrlCAsync()
    {
        await _script.StandardInput.WriteAsync(CtrlC);
        await _script.StandardInput.FlushAsync();
    }

    /// <summary>Waits for the program's end, and returns its exit code.</summary>
    public async Task<int> AwaitExitAsync()
    {
        await BoundedAsync(_script.WaitForExitAsync(), "the program's end");
        await _reading;
        return _script.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_script.HasExited)
        {
            _script.Kill(entireProcessTree: true);
            await _script.WaitForExitAsync();
        }

        _script.Dispose();
    }

    private async Task ReadAsync()
    {
        var buffer = new char[4096];
        while (await _script.StandardOutput.ReadAsync(buffer) is > 0 and var read)
        {
            lock (_screen)
            {
                _screen.Append(buffer, 0, read);
                Notify();
            }
        }
    }

    // With the screen's lock held.
    private void Notify()
    {
        var screen = _screen.ToString();
        foreach (var (_, seen) in _waiting.Where(w => screen.Contains(w.Text, StringComparison.Ordinal)))
        {
            seen.TrySetResult();
        }
    }

    private async Task BoundedAsync(Task task, string what)
    {
        try
        {
            await task.WaitAsync(SiteProcess.Patience);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"timed out waiting for {what}\n{Screen}");
        }
    }
}
