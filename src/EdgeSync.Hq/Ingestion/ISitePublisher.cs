using EdgeSync.Contracts.Messaging;
using EdgeSync.Hq.Fleets;

namespace EdgeSync.Hq.Ingestion;

/// <summary>Sends messages to a site. Any of them may be lost; the caller sends it again if it still matters.</summary>
internal interface ISitePublisher
{
    /// <summary>Confirms that the entries up to this number are stored. The broker retains the message for a site that is offline.</summary>
    Task ConfirmAsync(SiteKey site, long through, CancellationToken cancellationToken);

    /// <summary>Sends a command. Throws <see cref="HqException"/> if HQ is not connected to the broker.</summary>
    Task SendAsync(SiteKey site, SiteCommand command, CancellationToken cancellationToken);
}
