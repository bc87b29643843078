using EdgeSync.Contracts.Messaging;

namespace EdgeSync.Agent.Holds;

/// <summary>What came of a request.</summary>
/// <param name="Holds">The holds that there are now.</param>
/// <param name="Ended">The holds that this request ended.</param>
internal sealed record HoldAnswer(IReadOnlyList<HoldStatus> Holds, IReadOnlyList<HoldStatus> Ended);
