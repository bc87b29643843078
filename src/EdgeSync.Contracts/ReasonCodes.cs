namespace EdgeSync.Contracts;

/// <summary>
/// The reason codes of log, CLI, acknowledgements and pages. They are stable: they are never renamed and never get another meaning. Registry,
/// storage and cluster failures have codes of their own (<c>EdgeSyncException.Reason</c>).
/// </summary>
public static class ReasonCodes
{
    /// <summary>Bytes do not have the digest they were asked for by.</summary>
    public const string DigestMismatch = nameof(DigestMismatch);

    /// <summary>The bundle has no signature at all.</summary>
    public const string SignatureMissing = nameof(SignatureMissing);

    /// <summary>The bundle has signatures, but none by a key that this site trusts.</summary>
    public const string SignatureUntrusted = nameof(SignatureUntrusted);

    /// <summary>The bundle lacks an attestation that the site's trust policy asks for, or has one that does not satisfy it.</summary>
    public const string AttestationMissing = nameof(AttestationMissing);

    /// <summary>No rule of the site's trust policy is for this repository and channel.</summary>
    public const string NoTrustRule = nameof(NoTrustRule);

    /// <summary>The release record has too few valid signatures by different trusted keys.</summary>
    public const string ThresholdNotMet = nameof(ThresholdNotMet);

    /// <summary>The release record or its envelope cannot be read.</summary>
    public const string ReleaseMalformed = nameof(ReleaseMalformed);

    /// <summary>The release record is for another channel.</summary>
    public const string WrongChannel = nameof(WrongChannel);

    /// <summary>The release's selector does not choose this site.</summary>
    public const string NotForThisSite = nameof(NotForThisSite);

    /// <summary>A lower sequence than one that this site has seen.</summary>
    public const string SequenceReplayed = nameof(SequenceReplayed);

    /// <summary>The same sequence as one seen before, with other content.</summary>
    public const string SequenceEquivocation = nameof(SequenceEquivocation);

    /// <summary>The release's epoch is further above the one that this site has seen than any fleet needs.</summary>
    public const string EpochTooFar = nameof(EpochTooFar);

    /// <summary>The channel's newest record is expired and there is no newer one; somebody may be withholding it. No change begins.</summary>
    public const string FreezeSuspected = nameof(FreezeSuspected);

    /// <summary>The two copies of the site's memory of its channels differ: one was lost, or an old one was restored.</summary>
    public const string MemoryDiffers = nameof(MemoryDiffers);

    /// <summary>The site has reason to doubt its clock.</summary>
    public const string ClockDoubted = nameof(ClockDoubted);

    /// <summary>The certificate by which the broker knows this site is near its end or past it, and could not be renewed.</summary>
    public const string CertificateNotRenewed = nameof(CertificateNotRenewed);

    /// <summary>The ledger key, in a TPM or a token, cannot sign now; acknowledgements wait on the site for their signature.</summary>
    public const string LedgerNotSigned = nameof(LedgerNotSigned);

    /// <summary>The release's time is over.</summary>
    public const string ReleaseExpired = nameof(ReleaseExpired);

    /// <summary>The release's time has not come.</summary>
    public const string ReleaseNotYetValid = nameof(ReleaseNotYetValid);

    /// <summary>The release needs a newer agent.</summary>
    public const string AgentTooOld = nameof(AgentTooOld);

    /// <summary>The bundle needs another version of Kubernetes or of the agent than the site has.</summary>
    public const string RequirementsNotMet = nameof(RequirementsNotMet);

    /// <summary>The site does not give a value that the bundle needs, or gives one that does not fit.</summary>
    public const string SiteValueInvalid = nameof(SiteValueInvalid);

    /// <summary>The bundle cannot be read or has invalid content.</summary>
    public const string BundleInvalid = nameof(BundleInvalid);

    /// <summary>The bundle was tried here and rolled back; it waits for a new release.</summary>
    public const string Quarantined = nameof(Quarantined);

    /// <summary>A person or device at the site holds changes.</summary>
    public const string Held = nameof(Held);

    /// <summary>A download or an activation waits for its window.</summary>
    public const string WindowClosed = nameof(WindowClosed);

    /// <summary>The window is open, but the activation would not end before it closes.</summary>
    public const string WindowTooShort = nameof(WindowTooShort);

    /// <summary>Nothing begins on these days.</summary>
    public const string Blackout = nameof(Blackout);

    /// <summary>An interlock of the site does not allow the activation to begin.</summary>
    public const string InterlockClosed = nameof(InterlockClosed);

    /// <summary>The change does not end before the deadline of a preflight; it waits until the mission is over.</summary>
    public const string PreflightDeadline = nameof(PreflightDeadline);

    /// <summary>The change was not healthy in time before the deadline of a preflight, and was rolled back for it.</summary>
    public const string PreflightDeadlineMissed = nameof(PreflightDeadlineMissed);

    /// <summary>A preflight found something against GO.</summary>
    public const string PreflightNoGo = nameof(PreflightNoGo);

    /// <summary>Something of what was planned for a night was not done.</summary>
    public const string NightIncomplete = nameof(NightIncomplete);

    /// <summary>HQ asked for a preflight, and the site's configuration does not let it.</summary>
    public const string PreflightNotAllowed = nameof(PreflightNotAllowed);

    /// <summary>HQ asked for a preflight too soon after the one before.</summary>
    public const string PreflightTooSoon = nameof(PreflightTooSoon);

    /// <summary>HQ's request for a preflight came after it had expired.</summary>
    public const string PreflightRequestExpired = nameof(PreflightRequestExpired);

    /// <summary>The cluster is another one than before, and a person has to allow that it is written to.</summary>
    public const string ClusterReplaced = nameof(ClusterReplaced);

    /// <summary>The container runtime could not take an image.</summary>
    public const string ImageNotStaged = nameof(ImageNotStaged);

    /// <summary>The bundle has no object at all.</summary>
    public const string BundleEmpty = nameof(BundleEmpty);

    /// <summary>It would delete more than the policy allows without a release that permits it.</summary>
    public const string DestructiveChange = nameof(DestructiveChange);

    /// <summary>A bundle has an object that another channel of the site has already.</summary>
    public const string ObjectOfAnotherChannel = nameof(ObjectOfAnotherChannel);

    /// <summary>A bundle has objects that its channel, which is a tenant of the site, may not bring.</summary>
    public const string TenantLimitExceeded = nameof(TenantLimitExceeded);

    /// <summary>The cluster refused an object.</summary>
    public const string ApplyRejected = nameof(ApplyRejected);

    /// <summary>Objects did not become healthy within the deadline.</summary>
    public const string HealthDeadlineExceeded = nameof(HealthDeadlineExceeded);

    /// <summary>A snapshot of a volume that a bundle requires could not be used in time, or its driver reports an error.</summary>
    public const string SnapshotNotReady = nameof(SnapshotNotReady);

    /// <summary>The cluster cannot make a snapshot of a volume that a bundle requires.</summary>
    public const string SnapshotUnavailable = nameof(SnapshotUnavailable);

    /// <summary>An object reached a state that cannot become healthy by itself.</summary>
    public const string HealthFailed = nameof(HealthFailed);

    /// <summary>A hook of the bundle failed.</summary>
    public const string HookFailed = nameof(HookFailed);

    /// <summary>A hook of the bundle did not end within its time limit.</summary>
    public const string HookDeadlineExceeded = nameof(HookDeadlineExceeded);

    /// <summary>What runs here is not accepted by the site's trust policy any more; it runs on, and is repaired.</summary>
    public const string NoLongerTrusted = nameof(NoLongerTrusted);

    /// <summary>Content of the running bundle is damaged or missing in the cache and cannot be fetched again now.</summary>
    public const string ContentLost = nameof(ContentLost);

    /// <summary>Something else in the cluster changes an object again and again.</summary>
    public const string DriftContested = nameof(DriftContested);
}
