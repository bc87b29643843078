namespace EdgeSync.Signing.Notation;

/// <summary>What <see cref="NotationVerifier"/> found.</summary>
public abstract record NotationVerdict
{
    private NotationVerdict(IReadOnlyList<NotationCheck> checks) => Checks = checks;

    /// <summary>Every check in the order of the work, each kind at least once, also those that were not made.</summary>
    public IReadOnlyList<NotationCheck> Checks { get; }

    /// <summary>A trusted signer has signed the artifact, and everything that is enforced holds.</summary>
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
        /// When the signature was there, by the word of a timestamp authority (the earlier end of its accuracy) or signing authority; null where nothing
        /// proves it.
        /// </summary>
        public DateTimeOffset? ProvenTime { get; }

        /// <summary>What the signer wrote beside the artifact (<c>notation sign -m</c>).</summary>
        public IReadOnlyDictionary<string, string> Annotations { get; }
    }

    /// <summary>
    /// The level lets the artifact pass although nobody is known to have signed it: authenticity is only logged and does not hold, or nothing is checked
    /// at all. It is a signature of nobody, and must not be counted as one.
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
