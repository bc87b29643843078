namespace EdgeSync.Hq;

/// <summary>Log event ids of HQ, 9000 to 9999. Append only.</summary>
internal static class HqEventIds
{
    public const int BrokerConnected = 9000;
    public const int BrokerRefused = 9002;
    public const int BatchStored = 9003;
    public const int BatchFailed = 9004;
    public const int EvidenceFound = 9005;
    public const int GapFound = 9006;
    public const int MessageDropped = 9007;
    public const int PublishFailed = 9008;
    public const int SiteEnrolled = 9009;
    public const int EnrolmentRefused = 9010;
    public const int LoginSucceeded = 9013;
    public const int LoginFailed = 9014;
    public const int AccountChanged = 9015;
    public const int NoUserYet = 9016;
    public const int RequestFailed = 9017;
    public const int CommandSent = 9018;
    public const int EvidenceReviewed = 9020;
    public const int ConfirmFailed = 9021;
    public const int FirstOperatorAdded = 9022;
    public const int CertificateRenewed = 9023;
    public const int RenewalRefused = 9024;
    public const int SiteRevoked = 9025;
    public const int RevocationLifted = 9026;
    public const int SiteReadmitted = 9027;
    public const int BrokerNotRetained = 9028;
    public const int PreflightAsked = 9029;
}
