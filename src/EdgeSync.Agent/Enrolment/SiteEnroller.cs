using EdgeSync.Agent.Configuration;
using EdgeSync.Contracts.Enrolment;

namespace EdgeSync.Agent.Enrolment;

/// <summary>
/// Takes this site into HQ's fleet: keys, request, certificate, each kept before the next begins, so that a run that was cut short is continued
/// by the next with the same keys.
/// </summary>
internal sealed class SiteEnroller(AgentConfiguration configuration, EnrolmentClient hq, TimeProvider time)
{
    private readonly SiteIdentity _identity = new(configuration.IdentityDirectory);

    /// <summary>
    /// Enrols, or finds that it is done: then HQ is not asked, unless <paramref name="again"/> wants a new certificate for the same keys.
    /// </summary>
    public async Task<EnrolmentOutcome> EnrolAsync(string token, bool again, CancellationToken cancellationToken)
    {
        var ledgerKey = await _identity.EnsureLedgerKeyAsync(cancellationToken);
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
        var section = HqSectionText.Create(broker, _identity);
        return new EnrolmentOutcome(asked, section);
    }
}
