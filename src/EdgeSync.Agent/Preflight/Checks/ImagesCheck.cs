using EdgeSync.Oci.Content;

namespace EdgeSync.Agent.Preflight.Checks;

/// <summary>Every image of target and last-good is in the cache, and the container runtime knows it by the reference that the manifests use.</summary>
internal sealed class ImagesCheck(Func<SiteBundle, bool, CancellationToken, Task<StoreReport>> look, IRuntimeLook runtime) : ISiteCheck
{
    private const int Named = 20;
    private const string Advice = "Run 'edgesync sync': it fetches and pulls what is missing. Where the link is cut, the images stay missing until it is back.";

    public string Name => "images";

    public string Why => "A pod that starts again on the way needs its image without a registry.";

    public async Task<CheckFinding> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        var findings = new List<CheckFinding>();
        var images = 0;
        foreach (var bundle in context.Bundles)
        {
            findings.Add(await JudgeAsync(bundle, context.Deep, cancellationToken));
            images += bundle.Content?.ImageReferences.Count ?? 0;
        }

        return context.Bundles.Count == 0
            ? CheckFinding.Warned("nothing has run here yet, so that there is no image to look for")
            : CheckFinding.Worst(findings, $"{images} image(s) of {context.Bundles.Count} bundle(s) are in the cache, and the container runtime knows them");
    }

    private async Task<CheckFinding> JudgeAsync(SiteBundle bundle, bool deep, CancellationToken cancellationToken)
    {
        if (bundle.Content is not { } content)
        {
            return CheckFinding.Failed($"{bundle}: it cannot be read from the cache: {bundle.Failure?.Message}", bundle.Failure?.Hint ?? Advice);
        }

        var report = await look(bundle, deep, cancellationToken);
        if (!report.IsComplete)
        {
            return CheckFinding.Failed($"{bundle}: {report.Missing.Count} part(s) of its images are missing in the cache and {report.Damaged.Count} damaged", Advice) with
            {
                Details = [.. report.Missing.Take(Named).Select(blob => $"missing {blob.Digest}"), .. report.Damaged.Take(Named).Select(blob => $"damaged {blob.Digest}")],
            };
        }

        var unknown = new List<string>();
        foreach (var reference in content.ImageReferences)
        {
            if (!await runtime.KnowsAsync(reference, cancellationToken))
            {
                unknown.Add(reference);
            }
        }

        return unknown.Count == 0
            ? CheckFinding.Passed("")
            : CheckFinding.Failed($"{bundle}: the container runtime does not have {unknown[0]}{(unknown.Count > 1 ? $" and {unknown.Count - 1} more image(s)" : "")}", Advice) with { Details = unknown };
    }
}
