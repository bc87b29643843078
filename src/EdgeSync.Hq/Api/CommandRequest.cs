using EdgeSync.Contracts.Messaging;

namespace EdgeSync.Hq.Api;

/// <summary>A request to send a command to a site.</summary>
internal sealed record CommandRequest(CommandKind Kind);
