namespace EdgeSync.Signing.Verification;

/// <summary>What <see cref="BundleVerifier"/> found: trusted, or untrusted with a reason.</summary>
public abstract record BundleVerdict
{
    private BundleVerdict()
    {
    }

    /// <summary>Enough different trusted keys have signed the bundle.</summary>
    public sealed record Trusted : BundleVerdict
    {
        internal Trusted(VerifiedBundle bundle) => Bundle = bundle;

        /// <summary>The proof.</summary>
        public VerifiedBundle Bundle { get; }
    }

    /// <summary>The bundle must not be used.</summary>
    public sealed record Untrusted : BundleVerdict
    {
        internal Untrusted(string reason, string message, string hint, IReadOnlyList<SignatureEvidence> evidence)
        {
            Reason = reason;
            Message = message;
            Hint = hint;
            Evidence = evidence;
        }

        /// <summary><c>SignatureMissing</c> or <c>SignatureUntrusted</c> (<c>ReasonCodes</c>).</summary>
        public string Reason { get; }

        /// <summary>One sentence for people.</summary>
        public string Message { get; }

        /// <summary>What an operator can do.</summary>
        public string Hint { get; }

        /// <summary>What each signature was found to be.</summary>
        public IReadOnlyList<SignatureEvidence> Evidence { get; }
    }
}
