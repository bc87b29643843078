using EdgeSync.Primitives.Failures;

namespace EdgeSync.Testbed.Processes;

/// <summary>
/// What is on disk about one run, outside the run's own folder: who owns it and everything it started, so that the next run can end
/// what a killed one left behind.
/// </summary>
internal sealed class RunRecord
{
    private const string Detached = "detached";
    private readonly string _directory;
    private readonly Lock _lock = new();

    private RunRecord(string directory) => _directory = directory;

    public string Id => Path.GetFileName(_directory);

    /// <summary>The folder that holds the run's files.</summary>
    public string Folder => ReadLines("folder").FirstOrDefault() ?? "";

    /// <summary>True where the run's folder was made for it and goes with it.</summary>
    public bool OwnsFolder => File.Exists(Path.Combine(_directory, "owns-folder"));

    /// <summary>True when nobody is left to end this run: its owner is gone. A detached run has no owner and is never abandoned.</summary>
    public bool IsAbandoned =>
        ReadLines("owner").FirstOrDefault() is { } owner && owner != Detached && ProcessIdentity.Parse(owner) is not { IsAlive: true };

    public IEnumerable<ProcessIdentity> Processes => ReadLines("processes").Select(ProcessIdentity.Parse).OfType<ProcessIdentity>();

    public IEnumerable<string> Bridges => ReadLines("bridges");

    public IEnumerable<string> Cgroups => ReadLines("cgroups");

    /// <summary>Writes down a new run of this process, or of nobody when it is to outlive this process.</summary>
    public static RunRecord Create(string folder, bool ownsFolder, bool detached)
    {
        // Made aside and renamed, so that a cleaner never sees a run without its owner.
        var id = Guid.NewGuid().ToString("N")[..12];
        var draft = Path.Combine(TestbedPaths.Runs, $".{id}");
        Directory.CreateDirectory(draft);
        File.WriteAllText(Path.Combine(draft, "folder"), folder + "\n");
        File.WriteAllText(Path.Combine(draft, "owner"), detached ? Detached : $"{ProcessIdentity.Read(Environment.ProcessId)}\n");
        if (ownsFolder)
        {
            File.WriteAllText(Path.Combine(draft, "owns-folder"), "");
        }

        var directory = Path.Combine(TestbedPaths.Runs, id);
        Directory.Move(draft, directory);
        return new RunRecord(directory);
    }

    /// <summary>All recorded runs, of any owner.</summary>
    public static IReadOnlyList<RunRecord> ReadAll() =>
        Directory.Exists(TestbedPaths.Runs)
            ? [.. Directory.EnumerateDirectories(TestbedPaths.Runs).Where(d => Path.GetFileName(d)[0] != '.').Select(d => new RunRecord(d))]
            : [];

    public void AddProcess(ProcessIdentity process, string name) => Append("processes", $"{process} {name}");

    public void AddBridge(string name) => Append("bridges", name);

    public void AddCgroup(string path) => Append("cgroups", path);

    public void Delete()
    {
        if (Directory.Exists(_directory))
        {
            Directory.Delete(_directory, recursive: true);
        }
    }

    private void Append(string file, string line)
    {
        lock (_lock)
        {
            File.AppendAllText(Path.Combine(_directory, file), line + "\n");
        }
    }

    private IEnumerable<string> ReadLines(string file)
    {
        var path = Path.Combine(_directory, file);
        try
        {
            return File.Exists(path) ? File.ReadAllLines(path).Where(l => l.Length > 0).Distinct() : [];
        }
        catch (IOException failure)
        {
            throw new StorageException("RunRecordUnreadable", $"The record {path} cannot be read: {failure.Message}", failure);
        }
    }
}
