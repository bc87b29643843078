using EdgeSync.Agent.Configuration;
using EdgeSync.Contracts.Enrolment;

namespace EdgeSync.Agent.Enrolment;

/// <summary>
/// Enrols this site in HQ's fleet: keys, request, certificate. Each is stored before the next step begins, so that the next run continues an interrupted one
/// with the same keys.
/// </summary>
internal sealed class SiteEnroller(AgentConfiguration configuration, EnrolmentClient hq, TimeProvider time, HardwareLedgerKey? hardware = null)
{
    private readonly SiteIdentity _identity = new(configuration.IdentityDirectory);
    private readonly HardwareLedgerKey? _hardware = hardware ?? (configuration.Hq?.LedgerKey is { } known ? new HardwareLedgerKey(known) : null);

    /// <summary>
    /// Enrols the site. If it is enrolled already, HQ is not asked, unless <paramref name="again"/> asks for a new certificate. With
    /// <paramref name="newLedgerKey"/> a new ledger key replaces the existing one as soon as HQ knows it.
    /// </summary>
    public async Task<EnrolmentOutcome> EnrolAsync(string token, bool again, bool newLedgerKey, CancellationToken cancellationToken)
    {
        var ledgerKey = (newLedgerKey, hardware, _hardware) switch
        {
            (true, null, _) => await _identity.EnsureNextLedgerKeyAsync(cancellationToken),
            (true, { } wanted, _) => await SiteIdentity.TryHardwareKeyAsync(wanted, wanted.PublicKeyFile, cancellationToken),
            (false, _, null) => await _identity.EnsureLedgerKeyAsync(cancellationToken),
            (false, _, { } known) => await _identity.EnsureLedgerKeyAsync(known, cancellationToken),
        };
        using var clientKey = await _identity.EnsureClientKeyAsync(cancellationToken);
        var broker = again || newLedgerKey ? null : await _identity.FindEnrolmentAsync(clientKey, time.GetUtcNow(), cancellationToken);
        var asked = broker is null;
        if (broker is null)
        {
            var request = new EnrolmentRequest(token, configuration.Fleet, configuration.Site, ledgerKey, SiteCertificate.CreateRequest(configuration.Fleet, configuration.Site, clientKey));
            var received = SiteCertificate.Check(await hq.EnrolAsync(request, cancellationToken), clientKey);

            // The token is used up now: store the answer even if the caller gives up.
            await _identity.SaveAsync(received, CancellationToken.None);
            broker = received.Broker;
            if (newLedgerKey)
            {
                await _identity.ReplaceLedgerKeyAsync(hardware is null ? null : ledgerKey, CancellationToken.None);
            }
        }

        await _identity.SaveHqAsync(hq.Address, hq.CaFile, CancellationToken.None);
        var section = HqSectionText.Create(broker, _identity, (newLedgerKey ? hardware : _hardware)?.Address);
        return new EnrolmentOutcome(asked, section);
    }
}
