namespace EdgeSync.Agent.Setup;

/// <summary>All that setup would do, worked out before the first write.</summary>
/// <param name="StateDirectory">A folder that only the agent may enter.</param>
/// <param name="Files">In the order in which they are written.</param>
/// <param name="Notes">What the operator should know besides.</param>
internal sealed record SetupPlan(string StateDirectory, IReadOnlyList<FileChange> Files, IReadOnlyList<string> Notes);
