using System.Net;
using System.Text;
using EdgeSync.Contracts.Checks;

namespace EdgeSync.Agent.Preflight;

/// <summary>The report as one HTML file that needs nothing from outside, and prints on one sheet of A4 or Letter.</summary>
internal static class PreflightPage
{
    private const int MaxDetails = 12;

    private const string Style = """
        :root{--go:#0a7d33;--no:#b3151b;--warn:#8a5a00;--line:#c9ced6;--soft:#5b6472}
        *{box-sizing:border-box}
        body{font:13px/1.35 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;color:#14181f;background:#fff;margin:0 auto;padding:24px;max-width:900px}
        header{display:flex;gap:24px;align-items:center;border-bottom:3px solid #14181f;padding-bottom:12px}
        .verdict{font-size:56px;font-weight:800;line-height:1;padding:12px 24px;color:#fff;border-radius:6px;white-space:nowrap;-webkit-print-color-adjust:exact;print-color-adjust:exact}
        .go{background:var(--go)}.nogo{background:var(--no)}
        h1{font-size:20px;margin:0 0 4px}
        dl{display:grid;grid-template-columns:auto 1fr;gap:0 12px;margin:0}dt{color:var(--soft)}dd{margin:0}
        h2{font-size:14px;margin:14px 0 4px}
        ul{margin:0;padding-left:18px}
        table{border-collapse:collapse;width:100%}
        th{text-align:left;color:var(--soft);font-weight:600}
        th,td{border-bottom:1px solid var(--line);padding:3px 8px 3px 0;vertical-align:top;overflow-wrap:anywhere}
        td:first-child,td:nth-child(2){white-space:nowrap}
        .passed{color:var(--go)}.warned{color:var(--warn);font-weight:700}.failed{color:var(--no);font-weight:700}
        .more{color:var(--soft);font-size:11px}
        footer{color:var(--soft);font-size:11px;margin-top:12px}
        @page{margin:12mm}
        @media print{body{font-size:9px;line-height:1.25;padding:0;max-width:none}.verdict{font-size:32px;padding:6px 16px}header{padding-bottom:6px}h1{font-size:15px}h2{font-size:11px;margin:6px 0 2px}.more{font-size:8px}.screen{display:none}td,th{padding:1px 6px 1px 0}tr{break-inside:avoid}}
        """;

    public static string Write(PreflightReport report)
    {
        var isGo = report.Verdict == PreflightVerdict.Go;
        var page = new StringBuilder();
        page.Append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">");
        page.Append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">");
        page.Append($"<title>{Text($"{Word(isGo)}: {report.Site}, {report.EndedAt:u}")}</title><style>{Style}</style></head><body>\n");
        page.Append($"<header><div class=\"verdict {(isGo ? "go" : "nogo")}\">{Word(isGo)}</div><div><h1>Preflight of {Text(report.Site)}</h1><dl>");
        Row("Fleet", report.Fleet);
        Row("Time", $"{report.At:u} to {report.EndedAt:u}");
        Row("Asked by", report.By);
        Row("Deadline", report.Deadline is { } deadline ? $"{deadline:u}" : "none");
        Row("Mission until", report.MissionEnds is { } end ? $"{end:u}" : "not named");
        Row("Runs", report.Running.Count == 0 ? "nothing" : string.Join("; ", report.Running.Select(release => $"{release.Channel}: {release.Name} {release.Version} (release {release.Number}, {release.Digest.ToShortString()})")));
        if (report.Hold is { } hold)
        {
            Row("Held", hold);
        }

        page.Append("</dl></div></header>\n");
        if (report.Reasons.Count > 0)
        {
            page.Append("<h2>Why not</h2><ul>").AppendJoin("", report.Reasons.Select(reason => $"<li>{Text(reason)}</li>")).Append("</ul>\n");
        }

        page.Append("<h2>Checks</h2><table><thead><tr><th>Check</th><th>Result</th><th>Found</th></tr></thead><tbody>\n");
        foreach (var check in report.Checks)
        {
            page.Append($"<tr><td>{Text(check.Check)}</td><td class=\"{Name(check.Outcome)}\">{Name(check.Outcome)}</td><td>{Text(check.Found)}{More(check)}</td></tr>\n");
        }

        page.Append($"</tbody></table><footer>EdgeSync. The same report is a signed entry of the site's ledger.</footer></body></html>\n");
        return page.ToString();

        void Row(string name, string value) => page.Append($"<dt>{Text(name)}</dt><dd>{Text(value)}</dd>");
    }

    private static string More(CheckResult check)
    {
        if (check.Outcome == CheckOutcome.Passed)
        {
            return "";
        }

        // On paper there is room for what was found and what to do.
        var details = (check.Details ?? []).Take(MaxDetails).Concat(check.Details?.Count > MaxDetails ? [$"and {check.Details.Count - MaxDetails} more"] : []);
        var screen = string.Join("<br>", details.Prepend($"Why: {check.Why}").Select(Text));
        return $"<div class=\"more\">{(check.Do is { } what ? $"<div>Do: {Text(what)}</div>" : "")}<div class=\"screen\">{screen}</div></div>";
    }

    private static string Word(bool isGo) => isGo ? "GO" : "NO-GO";

    private static string Name(CheckOutcome outcome) => outcome.ToString().ToLowerInvariant();

    // Names and messages come from registries, bundles and clusters.
    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
