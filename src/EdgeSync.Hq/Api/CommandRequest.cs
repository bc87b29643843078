using EdgeSync.Contracts.Messaging;

namespace EdgeSync.Hq.Api;

/// <summary>A hint for a site.</summary>
internal sealed record CommandRequest(CommandKind Kind);
