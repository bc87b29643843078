using System.Globalization;

namespace EdgeSync.Testbed.Processes;

/// <summary>A process that cannot be mistaken for another: its id, and when (in clock ticks since boot) it began.</summary>
public readonly record struct ProcessIdentity(int Id, long StartedAt)
{
    /// <summary>True while this very process runs; false for a zombie, and for another one that got its id.</summary>
    public bool IsAlive => Read(Id) is { } now && now == this;

    /// <summary>The process that has this id now, or null.</summary>
    public static ProcessIdentity? Read(int id) => ReadStat(id) is { } stat ? new ProcessIdentity(id, stat.StartedAt) : null;

    /// <summary>The identity that <see cref="ToString"/> wrote, or null.</summary>
    public static ProcessIdentity? Parse(string text)
    {
        var fields = text.Split(' ', 3);
        return fields.Length >= 2
            && int.TryParse(fields[0], CultureInfo.InvariantCulture, out var id)
            && long.TryParse(fields[1], CultureInfo.InvariantCulture, out var startedAt)
            ? new ProcessIdentity(id, startedAt)
            : null;
    }

    /// <summary>Sends a signal, if the process is still this one.</summary>
    public void Signal(ProcessSignal signal)
    {
        if (IsAlive)
        {
            _ = NativeMethods.Kill(Id, (int)signal);
        }
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Id} {StartedAt}");

    /// <summary>Parent and start time out of /proc/ID/stat, or null when there is no such process or only its remains.</summary>
    internal static (int Parent, long StartedAt)? ReadStat(int id)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{id}/stat");

            // The name is in parentheses and may contain any character, so count from the last parenthesis on.
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is "Z" or "X"
                ? null
                : (int.Parse(fields[1], CultureInfo.InvariantCulture), long.Parse(fields[19], CultureInfo.InvariantCulture));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
