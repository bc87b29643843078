using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using EdgeSync.Signing.Text;

namespace EdgeSync.Signing.Policies.Attestations;

/// <summary>The findings in a scanner's report: Trivy's and Grype's JSON, and SARIF. Reports in other formats are refused.</summary>
internal static class ScanResult
{
    /// <summary>Each finding's name and severity; false with the reason if the report cannot be evaluated.</summary>
    public static bool TryRead(
        JsonElement report, [NotNullWhen(true)] out IReadOnlyList<(string Name, FindingSeverity Severity)>? findings, out string problem)
    {
        var found = new List<(string, FindingSeverity)>();
        findings = found;
        problem = "the scanner's report is none of Trivy's, Grype's and SARIF";
        var isRead = report.At("matches") is { ValueKind: JsonValueKind.Array } matches ? TryAdd(found, matches, "vulnerability", out problem)
            : SarifLog.IsOne(report) ? SarifLog.TryAdd(found, report, out problem)
            : report.At("SchemaVersion") is { ValueKind: JsonValueKind.Number } && TryAddTrivy(found, report, ref problem);
        findings = isRead ? found : null;
        return isRead;
    }

    // Trivy leaves out lists that are empty.
    private static bool TryAddTrivy(List<(string, FindingSeverity)> found, JsonElement report, ref string problem)
    {
        switch (report.At("Results"))
        {
            case null or { ValueKind: JsonValueKind.Null }:
                return true;
            case { ValueKind: JsonValueKind.Array } results:
                foreach (var result in results.EnumerateArray())
                {
                    if (result.At("Vulnerabilities") is { ValueKind: not JsonValueKind.Null } list && !TryAdd(found, list, null, out problem))
                    {
                        return false;
                    }
                }

                return true;
            default:
                return false;
        }
    }

    private static bool TryAdd(List<(string, FindingSeverity)> found, JsonElement list, string? inner, out string problem)
    {
        problem = "the scanner's report has findings in another form than Trivy's and Grype's";
        if (list.ValueKind != JsonValueKind.Array)
        {
            return false;
        }

        foreach (var item in list.EnumerateArray())
        {
            var finding = inner is null ? item : item.At(inner) ?? default;
            var name = finding.ValueKind == JsonValueKind.Object ? finding.Text("VulnerabilityID") ?? finding.Text("id") : null;
            var word = name is null ? null : finding.Text("Severity") ?? finding.Text("severity");
            if (word is null || !Enum.TryParse<FindingSeverity>(word, ignoreCase: true, out var severity) || !Enum.IsDefined(severity)
                || char.IsAsciiDigit(word[0]))
            {
                problem = word is null ? problem : $"the scanner's report has the severity '{ShownText.Of(word)}', which nobody knows";
                return false;
            }

            found.Add((name!, severity));
        }

        return true;
    }
}
