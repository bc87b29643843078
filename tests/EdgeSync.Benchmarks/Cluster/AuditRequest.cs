namespace EdgeSync.Benchmarks.Cluster;

/// <summary>One request to the API server.</summary>
/// <param name="UserAgent">The program that asked.</param>
/// <param name="Verb">get, list, watch, create, patch…</param>
/// <param name="Resource">With its subresource, <c>deployments/status</c>; the path where it is about no resource.</param>
/// <param name="Subject"><c>NAMESPACE/NAME</c>, as far as the request names them.</param>
/// <param name="Began">When the API server received it.</param>
/// <param name="Answered">When it was answered, or its newest stage so far.</param>
internal sealed record AuditRequest(string UserAgent, string Verb, string Resource, string Subject, DateTimeOffset Began, DateTimeOffset Answered)
{
    /// <summary>A request that changes nothing.</summary>
    public bool IsDryRun { get; init; }

    public bool IsOfSite => UserAgent.StartsWith("edgesync", StringComparison.Ordinal) && !UserAgent.StartsWith("edgesync-", StringComparison.Ordinal);

    /// <summary>Long-running: one request that stays open for minutes.</summary>
    public bool IsWatch => Verb == "watch";
}
