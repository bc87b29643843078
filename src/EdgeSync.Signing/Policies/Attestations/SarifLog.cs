using System.Globalization;
using System.Text.Json;
using EdgeSync.Signing.Text;

namespace EdgeSync.Signing.Policies.Attestations;

/// <summary>
/// The findings of a report in SARIF 2.1.0. The severity is in the property <c>security-severity</c> (0 to 10, as in CVSS) of the rule or of the finding,
/// where Trivy, Grype and most other scanners write it. The level (error, warning, note) is not the severity and is not read.
/// </summary>
internal static class SarifLog
{
    private const string Property = "security-severity";

    public static bool IsOne(JsonElement report) => report.Text("version") == "2.1.0" && report.At("runs") is { ValueKind: JsonValueKind.Array };

    /// <summary>Adds each finding; false with the reason if the report cannot be evaluated.</summary>
    public static bool TryAdd(List<(string Name, FindingSeverity Severity)> found, JsonElement report, out string problem)
    {
        var runs = report.GetProperty("runs");
        problem = runs.GetArrayLength() > 0 ? "" : "the SARIF report has no run of a scanner";
        foreach (var run in runs.EnumerateArray())
        {
            problem = problem.Length > 0 ? problem : HasFailed(run) ? "the SARIF report says that the scan failed" : "";
            if (problem.Length > 0 || !TryAddRun(found, run, ref problem))
            {
                return false;
            }
        }

        return problem.Length == 0;
    }

    private static bool TryAddRun(List<(string Name, FindingSeverity Severity)> found, JsonElement run, ref string problem)
    {
        var rules = ReadRules(run);
        if (run.At("results") is not { ValueKind: JsonValueKind.Array } results || rules is null)
        {
            // A run without results has not looked for any (SARIF 2.1.0, 3.14.23).
            problem = "the SARIF report has a run without results, or with rules that cannot be read";
            return false;
        }

        foreach (var result in results.EnumerateArray())
        {
            if (result.Text("kind") is "pass" or "notApplicable")
            {
                continue;
            }

            var name = result.Text("ruleId") ?? result.Text("rule", "id") ?? NameAt(run, result.At("ruleIndex") ?? result.At("rule", "index"));
            var severity = name is null ? null
                : result.At("properties", Property) is { } own ? Rate(own)
                : rules.TryGetValue(name, out var ruled) ? ruled : null;
            if (severity is null)
            {
                problem = $"the SARIF report does not say how bad '{ShownText.Of(name ?? "a finding without a rule")}' is (no '{Property}')";
                return false;
            }

            found.Add((name!, severity.Value));
        }

        return true;
    }

    // By name, over the tool and its extensions; of two ratings of one name the worse counts. Null if they are not lists of rules.
    private static Dictionary<string, FindingSeverity?>? ReadRules(JsonElement run)
    {
        var rules = new Dictionary<string, FindingSeverity?>(StringComparer.Ordinal);
        List<JsonElement?> components = [run.At("tool", "driver")];
        if (run.At("tool", "extensions") is { ValueKind: JsonValueKind.Array } extensions)
        {
            components.AddRange(extensions.EnumerateArray().Select(extension => (JsonElement?)extension));
        }

        foreach (var component in components)
        {
            switch (component?.At("rules"))
            {
                case null:
                    break;
                case { ValueKind: JsonValueKind.Array } list:
                    foreach (var rule in list.EnumerateArray().Where(rule => rule.Text("id") is not null))
                    {
                        var name = rule.Text("id")!;
                        var rating = rule.At("properties", Property) is { } value ? Rate(value) : null;
                        rules[name] = rules.TryGetValue(name, out var other) && other > rating ? other : rating ?? other;
                    }

                    break;
                default:
                    return null;
            }
        }

        return rules;
    }

    private static string? NameAt(JsonElement run, JsonElement? index) =>
        index is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var at) && at >= 0
        && run.At("tool", "driver", "rules") is { ValueKind: JsonValueKind.Array } rules && at < rules.GetArrayLength()
            ? rules[at].Text("id")
            : null;

    private static bool HasFailed(JsonElement run) =>
        run.At("invocations") is { ValueKind: JsonValueKind.Array } invocations
        && invocations.EnumerateArray().Any(invocation => invocation.At("executionSuccessful") is { ValueKind: JsonValueKind.False });

    // The bands of CVSS 3.1, section 5. Scanners write a text; a number is accepted too. Null if it is not a rating.
    private static FindingSeverity? Rate(JsonElement value)
    {
        var text = value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Number => value.GetRawText(),
            _ => null,
        };
        return decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var score) && score <= 10
            ? score switch
            {
                >= 9 => FindingSeverity.Critical,
                >= 7 => FindingSeverity.High,
                >= 4 => FindingSeverity.Medium,
                > 0 => FindingSeverity.Low,
                _ => FindingSeverity.Unknown,
            }
            : null;
    }
}
