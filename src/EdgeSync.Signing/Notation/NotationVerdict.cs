namespace EdgeSync.Signing.Notation;

/// <summary>The result of <see cref="NotationVerifier"/>.</summary>
public abstract record NotationVerdict
{
    private NotationVerdict(IReadOnlyList<NotationCheck> checks) => Checks = checks;

    /// <summary>All checks in the order in which they are made, each kind at least once, including those that were not made.</summary>
    public IReadOnlyList<NotationCheck> Checks { get; }

    /// <summary>A trusted signer has signed the artifact, and all enforced checks passed.</summary>
    public sealed record Trusted : NotationVerdict
    {
        internal Trusted(
            IReadOnlyList<NotationCheck> checks, NotationSigner signer, DateTimeOffset? provenTime, IReadOnlyDictionary<string, string> annotations)
            : base(checks)
        {
            Signer = signer;
            ProvenTime = provenTime;
            Annotations = annotations;
        }

        /// <summary>Who signed.</summary>
        public NotationSigner Signer { get; }

        /// <summary>
        /// A time at which the signature existed, proven by a timestamp authority (the earliest time within its accuracy) or a signing authority; null if
        /// there is no proof.
        /// </summary>
        public DateTimeOffset? ProvenTime { get; }

        /// <summary>The annotations that the signer added (<c>notation sign -m</c>).</summary>
        public IReadOnlyDictionary<string, string> Annotations { get; }
    }

    /// <summary>
    /// The level lets the artifact pass although nobody is known to have signed it: authenticity is only logged and failed, or nothing is checked
    /// at all. It must not be counted as a signature.
    /// </summary>
    public sealed record Tolerated : NotationVerdict
    {
        internal Tolerated(IReadOnlyList<NotationCheck> checks)
            : base(checks)
        {
        }
    }

    /// <summary>The signature is not to be trusted.</summary>
    public sealed record Untrusted : NotationVerdict
    {
        internal Untrusted(IReadOnlyList<NotationCheck> checks, NotationCheck failure)
            : base(checks) => Failure = failure;

        /// <summary>The first enforced check that failed.</summary>
        public NotationCheck Failure { get; }
    }
}
