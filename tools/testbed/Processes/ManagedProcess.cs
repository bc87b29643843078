using System.Diagnostics;

namespace EdgeSync.Testbed.Processes;

/// <summary>A started program: in a process group of its own, recorded in the run, its output in a log file.</summary>
public sealed class ManagedProcess : IAsyncDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(15);
    private readonly Process _process;

    internal ManagedProcess(string name, Process process, ProcessIdentity identity, string logFile)
    {
        Name = name;
        _process = process;
        Identity = identity;
        LogFile = logFile;
    }

    public string Name { get; }

    public ProcessIdentity Identity { get; }

    /// <summary>Standard output and standard error of this process and of those before it with the same name.</summary>
    public string LogFile { get; }

    public bool IsRunning => !_process.HasExited;

    /// <summary>Everything in the log file so far.</summary>
    public string ReadLog()
    {
        using var reader = new StreamReader(new FileStream(LogFile, FileMode.OpenOrCreate, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd();
    }

    public void Signal(ProcessSignal signal) => Identity.Signal(signal);

    /// <summary>Ends the process at once, as a power cut would, and waits until it is gone.</summary>
    public async Task KillAsync(CancellationToken cancellationToken = default)
    {
        Signal(ProcessSignal.Kill);
        await _process.WaitForExitAsync(cancellationToken);
    }

    /// <summary>Asks the process to end, and makes it when it has not within the grace (default 15 s). Returns the exit code.</summary>
    public async Task<int> StopAsync(TimeSpan? grace = null, CancellationToken cancellationToken = default)
    {
        Signal(ProcessSignal.Terminate);
        using var patience = new CancellationTokenSource(grace ?? Grace, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await _process.WaitForExitAsync(either.Token);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            await KillAsync(cancellationToken);
        }

        return _process.ExitCode;
    }

    /// <summary>Waits until the process ends by itself, and returns its exit code.</summary>
    public async Task<int> WaitForExitAsync(CancellationToken cancellationToken = default)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    /// <summary>Waits until the condition holds; fails with the end of the log when the process ends or the time is over.</summary>
    public async Task UntilAsync(string what, TimeSpan timeout, Func<CancellationToken, Task<bool>> condition, CancellationToken cancellationToken = default)
    {
        for (var watch = Stopwatch.StartNew(); !await condition(cancellationToken);)
        {
            if (!IsRunning || watch.Elapsed > timeout)
            {
                var how = IsRunning ? $"within {timeout.TotalSeconds:0} s" : $"and ended with {_process.ExitCode}";
                throw new TestbedException("DidNotComeUp", $"{Name}: {what} was not to be seen {how}. {LogFile} ends with:\n{LogTail()}") { Subject = Name };
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (IsRunning)
        {
            await StopAsync();
        }
    }

    // A Go program that gives up says why, and then prints hundreds of lines about its goroutines.
    private string LogTail() => string.Join('\n', ReadLog().Split("\ngoroutine ")[0].Split('\n').TakeLast(20));
}
