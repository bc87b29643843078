namespace EdgeSync.Agent;

/// <summary>The event ids of this project, 8000 to 8999. Only appended to, never reused.</summary>
internal static class AgentEventIds
{
    public const int Started = 8001;
    public const int HqConnected = 8004;
    public const int HqDisconnected = 8005;
    public const int HqMessageIgnored = 8006;
    public const int HqHint = 8007;
    public const int HqSendFailed = 8008;
    public const int WorkerEnded = 8011;
    public const int ConfigurationWarning = 8012;
    public const int HqSubscriptionRefused = 8013;
    public const int Held = 8014;
    public const int HoldEnded = 8015;
    public const int HoldNotEnded = 8016;
    public const int PartEnded = 8017;
    public const int TimeNotNoted = 8018;
    public const int MemoryDiffers = 8019;
    public const int EvidenceKept = 8020;
    public const int EvidenceFull = 8021;
    public const int ClockDoubted = 8022;
    public const int ClockTrustedAgain = 8023;
    public const int HourNotNoted = 8024;
    public const int CertificateRenewed = 8025;
    public const int CertificateNotRenewed = 8026;
    public const int MemoryNotWritten = 8027;
    public const int TrustRootTaken = 8030;
    public const int RevocationsTaken = 8031;
    public const int TrustRefused = 8032;
    public const int TrustNotAcknowledged = 8033;
    public const int LedgerNotSigned = 8034;
    public const int LedgerSigned = 8035;
    public const int LedgerNotWritten = 8036;
    public const int FieldsTaken = 8037;
    public const int FieldsLeft = 8038;
    public const int DurationNotStored = 8039;
    public const int DurationsNotRead = 8040;
    public const int HqNotRetained = 8051;
    public const int HqStopNotSent = 8052;
    public const int RegistryLoginWarning = 8060;
    public const int MirrorDown = 8061;
    public const int MirrorUp = 8062;
    public const int PageDown = 8063;
    public const int PageUp = 8064;
    public const int PageCertificateMade = 8065;
    public const int PageCertificateNotRead = 8066;
    public const int PagePinRefused = 8067;
    public const int PreflightBegins = 8070;
    public const int PreflightEnded = 8071;
    public const int PreflightBrokenOff = 8072;
    public const int PreflightFailed = 8073;
    public const int HqPreflightRefused = 8074;
    public const int NightReported = 8080;
    public const int NightNotReported = 8081;
    public const int TransferNotStored = 8082;
}
