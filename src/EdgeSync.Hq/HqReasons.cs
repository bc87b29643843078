namespace EdgeSync.Hq;

/// <summary>The reason codes of HQ, in addition to those of the contract.</summary>
internal static class HqReasons
{
    public const string ConfigurationInvalid = nameof(ConfigurationInvalid);
    public const string AuthorityUnusable = nameof(AuthorityUnusable);
    public const string CertificateRequestRefused = nameof(CertificateRequestRefused);
    public const string EnrolmentRefused = nameof(EnrolmentRefused);
    public const string RenewalRefused = nameof(RenewalRefused);
    public const string SiteRevoked = nameof(SiteRevoked);
    public const string NameInvalid = nameof(NameInvalid);
    public const string NameTaken = nameof(NameTaken);
    public const string PasswordTooWeak = nameof(PasswordTooWeak);
    public const string SiteUnknown = nameof(SiteUnknown);
    public const string DiffNotAsked = nameof(DiffNotAsked);
    public const string BrokerUnavailable = nameof(BrokerUnavailable);
    public const string RequestInvalid = nameof(RequestInvalid);
    public const string NotAllowed = nameof(NotAllowed);
    public const string LoginRequired = nameof(LoginRequired);
}
