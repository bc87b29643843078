using EdgeSync.Benchmarks.Cluster;
using EdgeSync.Benchmarks.Sites;
using EdgeSync.Testbed;

namespace EdgeSync.Benchmarks.Subjects;

/// <summary>When a release was where, in seconds since it was published.</summary>
internal sealed record ReleaseTimes(
    string Version, double Discovered, double Staged, double Applied, double Healthy, double Total, double Pods)
{
    /// <summary>What EdgeSync adds to the pods' own time until all is healthy.</summary>
    public double BeyondPods => Healthy - Pods;

    public IReadOnlyList<double> All => [Discovered, Staged, Applied, Healthy, Total, Pods, BeyondPods];

    public static ReleaseTimes Of(string version, ReleaseRun run, IReadOnlyList<AuditRequest> requests)
    {
        var writes = requests.Where(r => r.IsOfSite && r.Verb == "patch" && !r.IsDryRun && r.Began >= run.At("activating") && r.Answered <= run.At("healthy")).ToList();
        var deployment = Last(writes.Where(r => r is { Resource: "deployments", Subject: "shop/web" }), "apply of the Deployment");
        var available = Last(
            requests.Where(r => r is { Resource: "deployments/status", Subject: "shop/web" } && !r.IsOfSite && r.Answered <= run.At("healthy")),
            "status of the Deployment");
        return new ReleaseTimes(
            version, Since(run.At("received")), Since(run.At("staged")), Since(writes.Max(r => r.Answered)), Since(run.At("healthy")), Since(run.Acknowledged),
            (available - deployment).TotalSeconds);

        double Since(DateTimeOffset time) => (time - run.Published).TotalSeconds;
    }

    private static DateTimeOffset Last(IEnumerable<AuditRequest> requests, string what) =>
        requests.Select(r => (DateTimeOffset?)r.Answered).Max() ?? throw new TestbedException("NotInAuditLog", $"the audit log has no {what} in the time of the release");
}
