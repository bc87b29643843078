using EdgeSync.Oci.Content;

namespace EdgeSync.Agent.Preflight.Checks;

/// <summary>Last-good is complete in the cache, so that the site can go back to it with no link.</summary>
internal sealed class RollbackCheck(Func<SiteBundle, bool, CancellationToken, Task<StoreReport>> look) : ISiteCheck
{
    private const int Named = 20;

    public string Name => "rollback";

    public string Why => "Repairs and rollbacks take last-good from the cache; on the way there is no other source.";

    public async Task<CheckFinding> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        var findings = new List<CheckFinding>();
        var blobs = 0;
        foreach (var bundle in context.Bundles.Where(bundle => bundle.IsLastGood))
        {
            if (bundle.Content is null)
            {
                findings.Add(CheckFinding.Failed($"{bundle}: it cannot be read from the cache: {bundle.Failure?.Message}", bundle.Failure?.Hint));
                continue;
            }

            var report = await look(bundle, context.Deep, cancellationToken);
            blobs += report.Checked;
            findings.Add(Judge(bundle, report));
        }

        return findings.Count == 0
            ? CheckFinding.Warned("there is no last-good bundle to go back to", "Let a release become healthy first: 'edgesync sync'.")
            : CheckFinding.Worst(findings, $"last-good is complete in the cache ({blobs} blobs, {(context.Deep ? "each hashed" : "by their sizes; '--deep' hashes each")})");
    }

    private static CheckFinding Judge(SiteBundle bundle, StoreReport report) => report.IsComplete
        ? CheckFinding.Passed("")
        : CheckFinding.Failed(
            $"{bundle}: of {report.Checked} blobs {report.Missing.Count} are missing and {report.Damaged.Count} damaged",
            "Run 'edgesync sync' with a link: it fetches them again. If this comes back, check the disk.") with
        {
            Details = [.. report.Missing.Take(Named).Select(blob => $"missing {blob.Digest}"), .. report.Damaged.Take(Named).Select(blob => $"damaged {blob.Digest}")],
        };
}
