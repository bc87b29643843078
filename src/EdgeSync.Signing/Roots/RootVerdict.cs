namespace EdgeSync.Signing.Roots;

/// <summary>The result of verifying a root in <see cref="TrustChain"/>.</summary>
public abstract record RootVerdict
{
    private RootVerdict()
    {
    }

    /// <summary>The root is the next version.</summary>
    /// <param name="Chain">The chain that ends with it.</param>
    public sealed record Accepted(TrustChain Chain) : RootVerdict;

    /// <summary>The root is already in force.</summary>
    public sealed record Known : RootVerdict;

    /// <summary>The root is refused; the chain stays as it is.</summary>
    /// <param name="Fault">Why.</param>
    /// <param name="Version">The version that it claims, or 0 if it could not be read.</param>
    public sealed record Rejected(RootFault Fault, long Version) : RootVerdict
    {
        /// <summary>The signed version of this chain that it contradicts, which proves that its keys signed twice; or null.</summary>
        public TrustLink? Contradicts { get; init; }
    }
}
