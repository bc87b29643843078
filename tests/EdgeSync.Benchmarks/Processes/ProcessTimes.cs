using System.Globalization;

namespace EdgeSync.Benchmarks.Processes;

/// <summary>How long a process has used a core.</summary>
internal static class ProcessTimes
{
    // USER_HZ, which Linux fixes at 100 for what programs see.
    private const double TicksPerSecond = 100;

    /// <summary>As <see cref="ReadCpu"/>; null when it has ended.</summary>
    public static TimeSpan? TryReadCpu(int id)
    {
        try
        {
            return ReadCpu(id);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>In user and kernel mode, all threads.</summary>
    public static TimeSpan ReadCpu(int id)
    {
        // The name in brackets may have blanks; the fields after it are counted from the state, which is field 3 (proc(5)).
        var text = File.ReadAllText($"/proc/{id}/stat");
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return TimeSpan.FromSeconds((long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)) / TicksPerSecond);
    }
}
