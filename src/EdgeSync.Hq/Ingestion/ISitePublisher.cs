using EdgeSync.Contracts.Messaging;
using EdgeSync.Hq.Fleets;

namespace EdgeSync.Hq.Ingestion;

/// <summary>What HQ may say to a site. All of it are hints and may be lost; who calls it says the same again when it matters.</summary>
internal interface ISitePublisher
{
    /// <summary>The entries up to this number are stored; kept by the broker for a site that is away.</summary>
    Task ConfirmAsync(SiteKey site, long through, CancellationToken cancellationToken);

    /// <summary>Sends a hint. Throws <see cref="HqException"/> where there is no connection to the broker.</summary>
    Task SendAsync(SiteKey site, SiteCommand command, CancellationToken cancellationToken);
}
