using EdgeSync.Contracts.Messaging;

namespace EdgeSync.Hq.Api;

/// <summary>A request to send a command to a site.</summary>
/// <param name="Kind">The command.</param>
/// <param name="Deadline">For <see cref="CommandKind.Preflight"/>: by when the site must be ready, UTC; null for none.</param>
/// <param name="MissionHours">For <see cref="CommandKind.Preflight"/>: for how long everything has to hold after that; null where no mission is named.</param>
internal sealed record CommandRequest(CommandKind Kind, DateTimeOffset? Deadline = null, int? MissionHours = null);
