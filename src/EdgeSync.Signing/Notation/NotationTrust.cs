using EdgeSync.Signing.Notation.Stores;

namespace EdgeSync.Signing.Notation;

/// <summary>The signers of Notary Project signatures that a site trusts, and how strictly it verifies: one statement of a Notation trust policy. Immutable.</summary>
public sealed class NotationTrust
{
    /// <summary>Throws <see cref="SigningException"/> with the first of <see cref="FindFaults"/>.</summary>
    public NotationTrust(
        IReadOnlyList<NotationTrustStore> stores,
        IReadOnlyList<NotationIdentity> identities,
        NotationLevel level,
        NotationTimestampUse timestampUse = NotationTimestampUse.Always)
    {
        ArgumentNullException.ThrowIfNull(stores);
        ArgumentNullException.ThrowIfNull(identities);
        ArgumentNullException.ThrowIfNull(level);
        if (FindFaults(stores, identities, level) is [var fault, ..])
        {
            throw new SigningException(SigningReasons.TrustPolicyInvalid, $"the Notation trust cannot be used: {fault}");
        }

        Stores = stores;
        Identities = identities;
        Level = level;
        TimestampUse = timestampUse;
    }

    /// <summary>The stores whose authorities count.</summary>
    public IReadOnlyList<NotationTrustStore> Stores { get; }

    /// <summary>The signers that count among those with a certificate of the authorities.</summary>
    public IReadOnlyList<NotationIdentity> Identities { get; }

    /// <summary>How strictly a signature is verified.</summary>
    public NotationLevel Level { get; }

    /// <summary>When a timestamp is required, if there is a store for timestamps. Default: always.</summary>
    public NotationTimestampUse TimestampUse { get; }

    /// <summary>Everything that is wrong with such a statement; empty if it can be used.</summary>
    public static IReadOnlyList<string> FindFaults(
        IReadOnlyList<NotationTrustStore> stores, IReadOnlyList<NotationIdentity> identities, NotationLevel level)
    {
        ArgumentNullException.ThrowIfNull(stores);
        ArgumentNullException.ThrowIfNull(identities);
        ArgumentNullException.ThrowIfNull(level);
        var faults = new List<string>();
        if (level == NotationLevel.Skip)
        {
            if (stores.Count > 0 || identities.Count > 0)
            {
                faults.Add("the level 'skip' goes with no trust stores and no identities");
            }

            return faults;
        }

        if (!stores.Any(s => s.Kind != NotationStoreKind.TimestampAuthority))
        {
            faults.Add("no trust store of the kind 'ca' or 'signingAuthority' is named");
        }

        foreach (var twice in stores.GroupBy(s => (s.Kind, s.Name)).Where(g => g.Count() > 1))
        {
            faults.Add($"the trust store '{twice.First()}' is named twice");
        }

        if (identities.Count == 0)
        {
            faults.Add("no trusted identity is named");
        }

        for (var i = 0; i < identities.Count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                if (identities[i].Overlaps(identities[j]))
                {
                    faults.Add($"the trusted identities '{identities[j]}' and '{identities[i]}' overlap");
                }
            }
        }

        return faults;
    }
}
