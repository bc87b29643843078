using System.Net;
using EdgeSync.Agent.Configuration;
using EdgeSync.Contracts.Messaging;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EdgeSync.Agent.Daemon;

/// <summary>Listens on the mirror's address.</summary>
internal sealed partial class MirrorListener(
    AgentConfiguration configuration, IOptions<SocketTransportOptions> options, ILoggerFactory loggers, TimeProvider time, ILogger<MirrorListener> logger)
    : RetryingListener(configuration.Mirror.Listen, options, loggers, time)
{
    protected override SiteNotice Describe(EndPoint endpoint, string why) => new(
        "AddressInUse",
        $"the mirror is down, because it cannot listen on {endpoint}: {why}; pods cannot pull their images from this site",
        "End the other process, or choose another address with mirror.listen and run 'edgesync setup' again; the agent tries again every few seconds.");

    [LoggerMessage(AgentEventIds.MirrorUp, LogLevel.Information, "The mirror listens on {Address} now")]
    protected override partial void LogUp(EndPoint address);

    [LoggerMessage(AgentEventIds.MirrorDown, LogLevel.Error, "The mirror cannot listen on {Address}, because {Reason}; it tries again, and everything else goes on")]
    protected override partial void LogDown(EndPoint address, string reason);
}
