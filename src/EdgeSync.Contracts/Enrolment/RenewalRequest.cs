namespace EdgeSync.Contracts.Enrolment;

/// <summary>
/// A request for a new certificate: the payload of a DSSE envelope signed by the site's ledger key, posted to <c>/api/v1/renewals</c>. It needs no
/// certificate, so that a site whose certificate expired while it was offline can reconnect by itself.
/// </summary>
/// <param name="Fleet">The fleet.</param>
/// <param name="Site">The site.</param>
/// <param name="Challenge">The challenge that HQ issued for this request.</param>
/// <param name="CertificateRequest">A PKCS#10 request for the MQTT client certificate, PEM.</param>
public sealed record RenewalRequest(string Fleet, string Site, string Challenge, string CertificateRequest)
{
    /// <summary>
    /// The public half of the ledger key, PEM (SubjectPublicKeyInfo): for an HQ that was restored from a backup older than this site's enrolment. Null from
    /// agents that do not send it.
    /// </summary>
    public string? LedgerKey { get; init; }

    /// <summary>The certificate that the site has, PEM; it names the site and its ledger key. Null as <see cref="LedgerKey"/>.</summary>
    public string? Certificate { get; init; }

    /// <summary>The payload type in the envelope.</summary>
    public const string MediaType = "application/vnd.edgesync.certificate-renewal.v1+json";
}
