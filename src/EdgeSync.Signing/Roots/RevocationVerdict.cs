namespace EdgeSync.Signing.Roots;

/// <summary>What <see cref="RevocationVerifier"/> found of a list of revocations.</summary>
public abstract record RevocationVerdict
{
    private RevocationVerdict()
    {
    }

    /// <summary>It counts from now on.</summary>
    /// <param name="Revocations">The list.</param>
    public sealed record Accepted(Revocations Revocations) : RevocationVerdict;

    /// <summary>It is the one that counts already.</summary>
    public sealed record Known : RevocationVerdict;

    /// <summary>It must not be followed; what was revoked stays revoked.</summary>
    /// <param name="Fault">Why.</param>
    public sealed record Rejected(RootFault Fault) : RevocationVerdict
    {
        /// <summary>Whether the keys that count have signed another list with this number.</summary>
        public bool IsEquivocation => Fault.Reason == Contracts.Trust.TrustReasons.RevocationsEquivocation;
    }
}
