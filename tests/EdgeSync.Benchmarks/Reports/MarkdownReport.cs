using System.Globalization;
using System.Text;
using EdgeSync.Benchmarks.Measuring;

namespace EdgeSync.Benchmarks.Reports;

/// <summary>The whole result as one page.</summary>
internal static class MarkdownReport
{
    public static string Create(MachineFacts machine, BenchOptions options, IReadOnlyList<BenchmarkResult> results, IReadOnlyList<BenchmarkResult> earlier)
    {
        var page = new StringBuilder();
        page.Append("# Benchmarks\n\n");
        page.Append("`./build.sh bench --markdown docs/benchmarks.md` wrote this page: the published NativeAOT binary as a child process, on a real node,\n");
        page.Append("registry (docker-registry), broker (mosquitto with TLS) and HQ, all on this one machine. No value is taken from anywhere else.\n\n");
        AppendTable(page, ["machine", ""], machine.Rows.Select(row => (IReadOnlyList<string>)[row.Name, row.Value]));
        page.Append(CultureInfo.InvariantCulture, $"\nA load average above the number of cores means that others wanted the cores too: times are then longer than on a quiet\nmachine, while sizes, memory, requests and bytes hardly change. Runs of a start: {options.Runs}; idle time: ");
        page.Append(CultureInfo.InvariantCulture, $"{options.IdleTime.TotalMinutes:0} minutes; releases: {options.Releases}.\n\n## Values and aims\n\n");
        AppendMeasurements(page, results, earlier);
        foreach (var result in results)
        {
            AppendSection(page, result);
        }

        return page.ToString();
    }

    private static void AppendMeasurements(StringBuilder page, IReadOnlyList<BenchmarkResult> results, IReadOnlyList<BenchmarkResult> earlier)
    {
        var measurements = results.SelectMany(r => r.Findings.Measurements);
        if (earlier.Count == 0)
        {
            AppendTable(page, ["what", "value", "aim", ""], measurements.Select(m => (IReadOnlyList<string>)[m.What, m.Value, m.Aim ?? "", m.Verdict]));
            return;
        }

        var before = earlier.SelectMany(r => r.Findings.Measurements).ToDictionary(m => m.What, m => m.Value);
        AppendTable(
            page, ["what", "before", "value", "aim", ""],
            measurements.Select(m => (IReadOnlyList<string>)[m.What, before.GetValueOrDefault(m.What, ""), m.Value, m.Aim ?? "", m.Verdict]));
    }

    private static void AppendSection(StringBuilder page, BenchmarkResult result)
    {
        page.Append(CultureInfo.InvariantCulture, $"\n## `{result.Name}`: {result.Title}\n\nLoad average when it began: {result.Load}.\n");
        foreach (var note in result.Findings.Notes)
        {
            page.Append(CultureInfo.InvariantCulture, $"\n{note}\n");
        }

        foreach (var table in result.Findings.Tables)
        {
            page.Append(CultureInfo.InvariantCulture, $"\n{table.Title}:\n\n");
            AppendTable(page, table.Columns, table.Rows);
        }
    }

    private static void AppendTable(StringBuilder page, IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        AppendRow(page, columns);
        AppendRow(page, [.. columns.Select(_ => "---")]);
        foreach (var row in rows)
        {
            AppendRow(page, row);
        }
    }

    private static void AppendRow(StringBuilder page, IReadOnlyList<string> cells) =>
        page.Append("| ").AppendJoin(" | ", cells.Select(c => c.Replace("|", "\\|", StringComparison.Ordinal))).Append(" |\n");
}
