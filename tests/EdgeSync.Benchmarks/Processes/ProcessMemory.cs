using System.Globalization;

namespace EdgeSync.Benchmarks.Processes;

/// <summary>What a process has in memory, in bytes.</summary>
/// <param name="Resident">All its pages (RSS), also those of files that others use too.</param>
/// <param name="Proportional">The same, with each shared page divided among its users (PSS).</param>
/// <param name="Private">Pages that are its alone: what its end would free.</param>
internal sealed record ProcessMemory(long Resident, long Proportional, long Private)
{
    public static ProcessMemory Read(int id)
    {
        var fields = Fields($"/proc/{id}/smaps_rollup");
        return new ProcessMemory(fields["Rss"], fields["Pss"], fields["Private_Clean"] + fields["Private_Dirty"]);
    }

    /// <summary>The most that it ever had resident, since its start or <see cref="ForgetPeak"/>; 0 when it has ended.</summary>
    public static long ReadPeak(int id)
    {
        try
        {
            return Fields($"/proc/{id}/status").GetValueOrDefault("VmHWM");
        }
        catch (IOException)
        {
            return 0;
        }
    }

    /// <summary>Resets the peak to the present value (proc(5), clear_refs).</summary>
    public static void ForgetPeak(int id) => File.WriteAllText($"/proc/{id}/clear_refs", "5");

    private static Dictionary<string, long> Fields(string file) => File.ReadLines(file)
        .Select(line => line.Split(':', 2))
        .Where(parts => parts is [_, var value] && value.EndsWith(" kB", StringComparison.Ordinal))
        .ToDictionary(parts => parts[0], parts => long.Parse(parts[1].AsSpan()[..^3], NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture) * 1024);
}
