using System.Net;
using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.Daemon;
using EdgeSync.Contracts.Messaging;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EdgeSync.Agent.Page;

/// <summary>Listens on the page's address.</summary>
internal sealed partial class PageListener(
    PageSection page, IOptions<SocketTransportOptions> options, ILoggerFactory loggers, TimeProvider time, ILogger<PageListener> logger)
    : RetryingListener(page.Listen, options, loggers, time)
{
    protected override SiteNotice Describe(EndPoint endpoint, string why) => new(
        "AddressInUse",
        $"the technician's page is down, because it cannot listen on {endpoint}: {why}",
        "End the other process, or choose another address with page.listen; the agent tries again every few seconds.");

    [LoggerMessage(AgentEventIds.PageUp, LogLevel.Information, "The technician's page listens on {Address} now")]
    protected override partial void LogUp(EndPoint address);

    [LoggerMessage(AgentEventIds.PageDown, LogLevel.Error, "The technician's page cannot listen on {Address}, because {Reason}; it tries again, and everything else goes on")]
    protected override partial void LogDown(EndPoint address, string reason);
}
