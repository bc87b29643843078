using System.Collections.Concurrent;
using System.Diagnostics;
using EdgeSync.Testbed.Processes;

namespace EdgeSync.Testbed;

/// <summary>
/// One run of the testbed: a folder, ports, and processes that all end with it. Should this process be killed, the next session
/// on the machine ends what it left.
/// </summary>
public sealed class TestbedSession : IAsyncDisposable
{
    private readonly ConcurrentBag<PortReservation> _ports = [];
    private readonly ConcurrentStack<ManagedProcess> _processes = [];
    private readonly bool _detached;
    private bool _disposed;

    private TestbedSession(RunRecord record, string folder, bool detached)
    {
        Record = record;
        Folder = folder;
        _detached = detached;
    }

    /// <summary>The folder with all files of this run.</summary>
    public string Folder { get; }

    internal RunRecord Record { get; }

    /// <summary>The path of a file or folder inside <see cref="Folder"/>.</summary>
    public string this[string name] => Path.Combine(Folder, name);

    /// <summary>Begins a run in a fresh temporary folder that goes with it. Ends first what killed runs left.</summary>
    public static async Task<TestbedSession> StartAsync(CancellationToken cancellationToken = default)
    {
        await RunCleaner.CleanAbandonedAsync(cancellationToken);
        var folder = Directory.CreateTempSubdirectory("edgesync-bed-").FullName;
        return new TestbedSession(RunRecord.Create(folder, ownsFolder: true, detached: false), folder, detached: false);
    }

    /// <summary>Begins a run in a given folder, which stays.</summary>
    public static async Task<TestbedSession> StartInAsync(string folder, CancellationToken cancellationToken = default)
    {
        await RunCleaner.CleanAbandonedAsync(cancellationToken);
        var path = Directory.CreateDirectory(folder).FullName;
        return new TestbedSession(RunRecord.Create(path, ownsFolder: false, detached: false), path, detached: false);
    }

    /// <summary>Begins a run that goes on after this process, until <see cref="EndAsync"/> is called for its folder.</summary>
    public static TestbedSession StartDetached(string folder)
    {
        var path = Directory.CreateDirectory(folder).FullName;
        return new TestbedSession(RunRecord.Create(path, ownsFolder: false, detached: true), path, detached: true);
    }

    /// <summary>Ends the runs in a folder, of any owner. Returns their number.</summary>
    public static async Task<int> EndAsync(string folder, CancellationToken cancellationToken = default)
    {
        var path = Path.GetFullPath(folder);
        var runs = RunRecord.ReadAll().Where(r => r.Folder == path).ToList();
        foreach (var run in runs)
        {
            await RunCleaner.EndAsync(run, cancellationToken);
        }

        return runs.Count;
    }

    /// <summary>Ends what killed runs left. Returns how many there were.</summary>
    public static Task<int> CleanAsync(CancellationToken cancellationToken = default) => RunCleaner.CleanAbandonedAsync(cancellationToken);

    /// <summary>A port of 127.0.0.1 that is this run's until it ends.</summary>
    public int ReservePort()
    {
        var reservation = PortReservation.Take();
        _ports.Add(reservation);
        return reservation.Port;
    }

    /// <summary>Two such ports in a row; the lower one.</summary>
    public async Task<int> ReservePortPairAsync()
    {
        var (lower, upper) = await PortReservation.TakePairAsync();
        _ports.Add(lower);
        _ports.Add(upper);
        return lower.Port;
    }

    /// <summary>Starts a program in a process group of its own; its output goes to NAME.log in the run's folder.</summary>
    public ManagedProcess Start(ProcessRequest request)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var log = this[$"{request.Name}.log"];
        var start = new ProcessStartInfo("setsid") { WorkingDirectory = request.WorkingDirectory ?? Folder };

        // The shell gives the program a file for its output, so that it neither keeps a pipe of ours open nor dies with it.
        string[] shell = ["sh", "-c", "log=$1; shift; exec \"$@\" >>\"$log\" 2>&1 </dev/null", "sh", log, request.Program];
        foreach (var argument in shell.Concat(request.Arguments))
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in request.Environment)
        {
            start.Environment[name] = value;
        }

        start.Environment[ProcessTable.RunMarker] = Record.Id;
        var process = Process.Start(start) ?? throw new TestbedException("NotStarted", $"{request.Name} was not started.");
        var identity = ProcessIdentity.Read(process.Id) ?? new ProcessIdentity(process.Id, 0);
        Record.AddProcess(identity, request.Name);
        var managed = new ManagedProcess(request.Name, process, identity, log);
        _processes.Push(managed);
        return managed;
    }

    /// <summary>Ends all processes, the last started first, and removes what they left. A detached run goes on.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        if (!_detached)
        {
            while (_processes.TryPop(out var process))
            {
                await process.DisposeAsync();
            }

            await RunCleaner.EndAsync(Record, CancellationToken.None);
        }

        foreach (var port in _ports)
        {
            await port.DisposeAsync();
        }
    }
}
