namespace EdgeSync.Signing.Roots;

/// <summary>The highest root and the highest list of revocations that ever counted on a site, as they are kept apart from both.</summary>
/// <param name="Root">The root, or null where that is not known.</param>
/// <param name="Revocations">The list, or null where there was none, or that is not known.</param>
public sealed record TrustMarks(RootMark? Root, RevocationMark? Revocations)
{
    /// <summary>Why a site in this state must not begin anything new; null where it may.</summary>
    public RootFault? FindFault(TrustState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return Root?.FindFault(state.Chain.Head) ?? Revocations?.FindFault(state);
    }
}
