namespace EdgeSync.Contracts.Trust;

/// <summary>The reason codes of trust roots and revocations. They are as stable as those of <see cref="ReasonCodes"/>.</summary>
public static class TrustReasons
{
    /// <summary>The root or its envelope cannot be read.</summary>
    public const string RootMalformed = nameof(RootMalformed);

    /// <summary>The root is for another fleet.</summary>
    public const string RootForAnotherFleet = nameof(RootForAnotherFleet);

    /// <summary>A lower version than the one that counts here.</summary>
    public const string RootReplayed = nameof(RootReplayed);

    /// <summary>A version that this site knows, with other content, and signed.</summary>
    public const string RootEquivocation = nameof(RootEquivocation);

    /// <summary>A version beyond the next one.</summary>
    public const string RootSkipped = nameof(RootSkipped);

    /// <summary>Too few root keys of the version before have signed.</summary>
    public const string RootOldThresholdNotMet = nameof(RootOldThresholdNotMet);

    /// <summary>Too few of its own root keys have signed.</summary>
    public const string RootNewThresholdNotMet = nameof(RootNewThresholdNotMet);

    /// <summary>The root has one key twice in a role.</summary>
    public const string RootKeyTwice = nameof(RootKeyTwice);

    /// <summary>The root gives a role to a key that was revoked.</summary>
    public const string RootKeyRevoked = nameof(RootKeyRevoked);

    /// <summary>There are enough signatures only if those of revoked keys are counted.</summary>
    public const string SignerRevoked = nameof(SignerRevoked);

    /// <summary>The newest root is expired: nothing new is begun until a newer one comes.</summary>
    public const string RootExpired = nameof(RootExpired);

    /// <summary>This site has known a newer root than its state holds: nothing new is begun until it is here again.</summary>
    public const string RootRolledBack = nameof(RootRolledBack);

    /// <summary>A stored root is missing, damaged or does not follow the one before.</summary>
    public const string RootChainBroken = nameof(RootChainBroken);

    /// <summary>The list of revocations or its envelope cannot be read.</summary>
    public const string RevocationsMalformed = nameof(RevocationsMalformed);

    /// <summary>The list of revocations is for another fleet.</summary>
    public const string RevocationsForAnotherFleet = nameof(RevocationsForAnotherFleet);

    /// <summary>The list names a root that is not here yet.</summary>
    public const string RevocationsAhead = nameof(RevocationsAhead);

    /// <summary>A lower number than that of the list that counts here.</summary>
    public const string RevocationsReplayed = nameof(RevocationsReplayed);

    /// <summary>The number of the list that counts here, with other content, and signed.</summary>
    public const string RevocationsEquivocation = nameof(RevocationsEquivocation);

    /// <summary>This site has known a newer list of revocations than its state holds: nothing new is begun until it is here again.</summary>
    public const string RevocationsRolledBack = nameof(RevocationsRolledBack);

    /// <summary>The list lacks something that the one before has revoked.</summary>
    public const string RevocationsShrunk = nameof(RevocationsShrunk);

    /// <summary>Too few of today's root keys have signed the list.</summary>
    public const string RevocationsThresholdNotMet = nameof(RevocationsThresholdNotMet);

    /// <summary>The bundle was revoked. It is not activated; where it already runs, it keeps running.</summary>
    public const string BundleRevoked = nameof(BundleRevoked);

    /// <summary>A release failed, and what ran before was revoked: it is not gone back to, and what could be applied of the release stays.</summary>
    public const string LastGoodRevoked = nameof(LastGoodRevoked);
}
