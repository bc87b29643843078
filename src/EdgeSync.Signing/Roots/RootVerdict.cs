namespace EdgeSync.Signing.Roots;

/// <summary>What <see cref="TrustChain"/> found of a root.</summary>
public abstract record RootVerdict
{
    private RootVerdict()
    {
    }

    /// <summary>It is the next one.</summary>
    /// <param name="Chain">The chain with it at its end.</param>
    public sealed record Accepted(TrustChain Chain) : RootVerdict;

    /// <summary>It is the one that counts already.</summary>
    public sealed record Known : RootVerdict;

    /// <summary>It must not be followed; the chain stays as it is.</summary>
    /// <param name="Fault">Why.</param>
    /// <param name="Version">The version that it says it has, or 0 where it could not be read.</param>
    public sealed record Rejected(RootFault Fault, long Version) : RootVerdict
    {
        /// <summary>The signed version of this chain that it contradicts, which proves that its keys signed twice; or null.</summary>
        public TrustLink? Contradicts { get; init; }
    }
}
