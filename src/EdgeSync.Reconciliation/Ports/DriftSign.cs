namespace EdgeSync.Reconciliation.Ports;

/// <summary>A sign that an object may not be as it should be any more.</summary>
/// <param name="Subject">The object, <c>Deployment shop/web</c>.</param>
/// <param name="What">What was done to it: Changed or Deleted.</param>
/// <param name="Manager">Who did it, as the cluster names its field managers; null where that cannot be seen.</param>
public sealed record DriftSign(string Subject, string What, string? Manager);
