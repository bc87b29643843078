namespace EdgeSync.Agent.Setup;

/// <summary>Everything that setup will do, decided before the first write.</summary>
/// <param name="StateDirectory">A folder that only the agent may enter.</param>
/// <param name="Files">In the order in which they are written.</param>
/// <param name="Notes">Other things that the operator should know.</param>
internal sealed record SetupPlan(string StateDirectory, IReadOnlyList<FileChange> Files, IReadOnlyList<string> Notes);
