namespace EdgeSync.Contracts.Enrolment;

/// <summary>What <c>edgesync enroll</c> posts to <c>/api/v1/enrolments</c>. The private keys stay at the site.</summary>
/// <param name="Token">The one-time token that an operator made for this site.</param>
/// <param name="Fleet">The fleet.</param>
/// <param name="Site">The site; must be the one the token was made for.</param>
/// <param name="LedgerKey">The public half of the ledger key, PEM (SubjectPublicKeyInfo).</param>
/// <param name="CertificateRequest">A PKCS#10 request for the MQTT client certificate, PEM.</param>
public sealed record EnrolmentRequest(string Token, string Fleet, string Site, string LedgerKey, string CertificateRequest);
