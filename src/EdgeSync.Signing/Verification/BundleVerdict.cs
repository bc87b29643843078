namespace EdgeSync.Signing.Verification;

/// <summary>The result of <see cref="BundleVerifier"/>: trusted, or untrusted with a reason, with the evidence for each item of the rule.</summary>
public abstract record BundleVerdict
{
    private BundleVerdict(string? rule, IReadOnlyList<TrustCheck> checks)
    {
        Rule = rule;
        Checks = checks;
    }

    /// <summary>The rule that was chosen; null if no rule fits.</summary>
    public string? Rule { get; }

    /// <summary>Every item of the rule, passed or not.</summary>
    public IReadOnlyList<TrustCheck> Checks { get; }

    /// <summary>The bundle meets the rule.</summary>
    public sealed record Trusted : BundleVerdict
    {
        internal Trusted(string rule, IReadOnlyList<TrustCheck> checks, VerifiedBundle bundle)
            : base(rule, checks) => Bundle = bundle;

        /// <summary>The proof.</summary>
        public VerifiedBundle Bundle { get; }
    }

    /// <summary>The bundle must not be used.</summary>
    public sealed record Untrusted : BundleVerdict
    {
        internal Untrusted(
            string? rule, IReadOnlyList<TrustCheck> checks, string reason, string message, string hint, IReadOnlyList<SignatureEvidence> evidence)
            : base(rule, checks)
        {
            Reason = reason;
            Message = message;
            Hint = hint;
            Evidence = evidence;
        }

        /// <summary><c>NoTrustRule</c>, <c>SignatureMissing</c>, <c>SignatureUntrusted</c> or <c>AttestationMissing</c> (<c>ReasonCodes</c>).</summary>
        public string Reason { get; }

        /// <summary>One sentence for operators, with the rule's name.</summary>
        public string Message { get; }

        /// <summary>What an operator can do.</summary>
        public string Hint { get; }

        /// <summary>The result of verifying each signature and attestation.</summary>
        public IReadOnlyList<SignatureEvidence> Evidence { get; }
    }
}
