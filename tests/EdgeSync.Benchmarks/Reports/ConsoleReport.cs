using EdgeSync.Benchmarks.Measuring;

namespace EdgeSync.Benchmarks.Reports;

/// <summary>What people read as it goes.</summary>
internal static class ConsoleReport
{
    public static void Write(MachineFacts machine)
    {
        foreach (var (name, value) in machine.Rows)
        {
            Console.WriteLine($"{name,-22} {value}");
        }
    }

    public static void Write(BenchmarkResult result)
    {
        foreach (var measurement in result.Findings.Measurements)
        {
            var aim = measurement.Aim is null ? "" : $"   aim {measurement.Aim}: {measurement.Verdict}";
            Console.WriteLine($"   {measurement.What,-52} {measurement.Value}{aim}");
        }

        foreach (var table in result.Findings.Tables)
        {
            Console.WriteLine($"   {table.Title}");
            foreach (var row in table.Rows)
            {
                Console.WriteLine($"      {string.Join("  ", table.Columns.Zip(row, (column, value) => $"{column} {value}"))}");
            }
        }
    }
}
