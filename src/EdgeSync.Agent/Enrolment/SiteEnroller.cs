using EdgeSync.Agent.Configuration;
using EdgeSync.Contracts.Enrolment;

namespace EdgeSync.Agent.Enrolment;

/// <summary>
/// Takes this site into HQ's fleet: keys, request, certificate, each kept before the next begins, so that a run that was cut short is continued
/// by the next with the same keys.
/// </summary>
internal sealed class SiteEnroller(AgentConfiguration configuration, EnrolmentClient hq, TimeProvider time, HardwareLedgerKey? hardware = null)
{
    private readonly SiteIdentity _identity = new(configuration.IdentityDirectory);
    private readonly HardwareLedgerKey? _hardware = hardware ?? (configuration.Hq?.LedgerKey is { } known ? new HardwareLedgerKey(known) : null);

    /// <summary>
    /// Enrols, or finds that it is done: then HQ is not asked, unless <paramref name="again"/> wants a new certificate for the same keys.
    /// </summary>
    public async Task<EnrolmentOutcome> EnrolAsync(string token, bool again, CancellationToken cancellationToken)
    {
        var ledgerKey = _hardware is null
            ? await _identity.EnsureLedgerKeyAsync(cancellationToken)
            : await _identity.EnsureLedgerKeyAsync(_hardware, cancellationToken);
        using var clientKey = await _identity.EnsureClientKeyAsync(cancellationToken);
        var broker = again ? null : await _identity.FindEnrolmentAsync(clientKey, time.GetUtcNow(), cancellationToken);
        var asked = broker is null;
        if (broker is null)
        {
            var request = new EnrolmentRequest(token, configuration.Fleet, configuration.Site, ledgerKey, SiteCertificate.CreateRequest(configuration.Fleet, configuration.Site, clientKey));
            var received = SiteCertificate.Check(await hq.EnrolAsync(request, cancellationToken), clientKey);

            // The token is used up now: what came for it is kept even when the caller gives up.
            await _identity.SaveAsync(received, CancellationToken.None);
            broker = received.Broker;
        }

        await _identity.SaveHqAsync(hq.Address, hq.CaFile, CancellationToken.None);
        var section = HqSectionText.Create(broker, _identity, _hardware?.Address);
        return new EnrolmentOutcome(asked, section);
    }
}
