namespace EdgeSync.Signing.Roots;

/// <summary>The high-water marks of a site: its highest trust root and its highest list of revocations.</summary>
/// <param name="Root">The mark of the roots; null if it is not known.</param>
/// <param name="Revocations">The mark of the lists; null if there was no list, or if it is not known.</param>
public sealed record TrustMarks(HighWaterMark? Root, HighWaterMark? Revocations)
{
    /// <summary>Why a site in this state must not activate anything new; null if it may.</summary>
    public RootFault? FindFault(TrustState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return Root?.FindFault(state.Chain.Head) ?? Revocations?.FindFault(state);
    }
}
