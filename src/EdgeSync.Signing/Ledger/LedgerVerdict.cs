using EdgeSync.Contracts.Acknowledgements;

namespace EdgeSync.Signing.Ledger;

/// <summary>The result of <see cref="AcknowledgementVerifier"/>.</summary>
public abstract record LedgerVerdict
{
    private LedgerVerdict()
    {
    }

    /// <summary>The next entry: authentic, and it follows what is stored.</summary>
    /// <param name="Entry">The entry.</param>
    /// <param name="Head">What the next entry must follow.</param>
    public sealed record Valid(Acknowledgement Entry, LedgerHead Head) : LedgerVerdict;

    /// <summary>Authentic and already stored, because messages may come twice. With another digest than the stored one, the site has two ledgers.</summary>
    /// <param name="Entry">The entry.</param>
    /// <param name="Head">Its number and digest, to be compared with what is stored.</param>
    public sealed record Duplicate(Acknowledgement Entry, LedgerHead Head) : LedgerVerdict;

    /// <summary>Authentic, but entries between it and what is stored are missing; ask the site to send from there.</summary>
    /// <param name="Expected">The number that must come next.</param>
    /// <param name="Found">The number that came.</param>
    public sealed record Gap(long Expected, long Found) : LedgerVerdict;

    /// <summary>Signed by the site's key, but it does not follow the entry that is stored: the ledger was rewritten or restored.</summary>
    /// <param name="Number">Its number.</param>
    /// <param name="Problem">Why.</param>
    public sealed record ChainBroken(long Number, string Problem) : LedgerVerdict;

    /// <summary>Not signed by the key that the site has registered.</summary>
    public sealed record WrongKey : LedgerVerdict;

    /// <summary>Signed by the site's key, but it is for another site or fleet.</summary>
    /// <param name="Problem">Which one.</param>
    public sealed record WrongSite(string Problem) : LedgerVerdict;

    /// <summary>Not an entry of a ledger.</summary>
    /// <param name="Problem">Why.</param>
    public sealed record Malformed(string Problem) : LedgerVerdict;
}
