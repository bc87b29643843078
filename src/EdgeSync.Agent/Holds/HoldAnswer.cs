using EdgeSync.Contracts.Messaging;

namespace EdgeSync.Agent.Holds;

/// <summary>The result of a request.</summary>
/// <param name="Holds">The current holds.</param>
/// <param name="Ended">The holds that this request ended.</param>
internal sealed record HoldAnswer(IReadOnlyList<HoldStatus> Holds, IReadOnlyList<HoldStatus> Ended);
