namespace EdgeSync.Reconciliation.Ports;

/// <summary>What applying did.</summary>
/// <param name="Outcomes">One for each object that was reached.</param>
/// <param name="Faults">What the cluster refused, for good; empty where all is applied.</param>
public sealed record ApplyReport(IReadOnlyList<ObjectOutcome> Outcomes, IReadOnlyList<ObjectFault> Faults);
