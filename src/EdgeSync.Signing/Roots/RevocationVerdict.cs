namespace EdgeSync.Signing.Roots;

/// <summary>The result of <see cref="RevocationVerifier"/>.</summary>
public abstract record RevocationVerdict
{
    private RevocationVerdict()
    {
    }

    /// <summary>The list is in force from now on.</summary>
    /// <param name="Revocations">The list.</param>
    public sealed record Accepted(Revocations Revocations) : RevocationVerdict;

    /// <summary>The list is already in force.</summary>
    public sealed record Known : RevocationVerdict;

    /// <summary>The list is refused; what was revoked stays revoked.</summary>
    /// <param name="Fault">Why.</param>
    public sealed record Rejected(RootFault Fault) : RevocationVerdict
    {
        /// <summary>Whether the trusted keys have signed another list with this number.</summary>
        public bool IsEquivocation => Fault.Reason == Contracts.Trust.TrustReasons.RevocationsEquivocation;
    }
}
