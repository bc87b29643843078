namespace EdgeSync.Reconciliation.Ports;

/// <summary>What happened to one object.</summary>
/// <param name="Subject">The object, <c>Deployment shop/web</c>.</param>
/// <param name="Action">Created, Configured, Recreated, Unchanged, Deleted or Skipped.</param>
/// <param name="Message">More, where there is more to say.</param>
public sealed record ObjectOutcome(string Subject, string Action, string? Message = null)
{
    /// <summary>Whether the cluster is different after it.</summary>
    public bool IsChange => Action is "Created" or "Configured" or "Recreated" or "Deleted";
}
