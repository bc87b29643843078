namespace EdgeSync.Agent.Preflight;

/// <summary>
/// One question about the site, for <c>edgesync preflight</c> and <c>edgesync doctor</c>. A check only looks: it changes nothing at the site, except that a bundle's own check may run a Job. To add one, add its
/// class to the folder Checks and to the list in <see cref="SiteChecks"/>.
/// </summary>
internal interface ISiteCheck
{
    /// <summary>Its name, in lower case with hyphens. Scripts read it: it never changes.</summary>
    string Name { get; }

    /// <summary>One sentence: why the answer matters.</summary>
    string Why { get; }

    /// <summary>How long it may take; null for as long as any check.</summary>
    TimeSpan? TimeLimit => null;

    /// <summary>Looks. An <see cref="EdgeSync.Primitives.Failures.EdgeSyncException"/> that it raises counts as failed, with the failure's message and hint.</summary>
    Task<CheckFinding> RunAsync(CheckContext context, CancellationToken cancellationToken);
}
