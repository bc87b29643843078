namespace EdgeSync.Reconciliation;

/// <summary>The event ids of this project, 7000 to 7999. Ids are appended and never reused.</summary>
internal static class ReconciliationEventIds
{
    public const int ReleaseReceived = 7001;
    public const int Refused = 7002;
    public const int Staged = 7003;
    public const int Waiting = 7004;
    public const int Activating = 7005;
    public const int Healthy = 7006;
    public const int ActivationFailed = 7007;
    public const int RolledBack = 7008;
    public const int Repaired = 7010;
    public const int WillRetry = 7011;
    public const int Pruned = 7012;
    public const int Superseded = 7013;
    public const int PollFailed = 7014;
    public const int DriftWatchFailed = 7015;
    public const int Complete = 7016;
    public const int ObjectChanged = 7018;
    public const int ForOthers = 7019;
    public const int NoLongerTrusted = 7020;
    public const int DriftContested = 7021;
    public const int ContentNotBack = 7022;
    public const int FreezeSuspected = 7023;
    public const int QuarantineLifted = 7024;
    public const int AnotherCluster = 7025;
    public const int RebuildAllowed = 7026;
    public const int TagFollowed = 7027;
    public const int WindowsOverridden = 7028;
    public const int HookStarted = 7030;
    public const int HookEnded = 7031;
    public const int SnapshotTaken = 7032;
    public const int SnapshotMissing = 7033;
    public const int VolumesRestored = 7034;
    public const int SnapshotsNotDeleted = 7035;
    public const int ChannelMissing = 7060;
}
