using EdgeSync.Signing.Sigstore.Statements;

namespace EdgeSync.Signing.Sigstore;

/// <summary>What <see cref="SigstoreVerifier"/> found.</summary>
public abstract record SigstoreVerdict
{
    private SigstoreVerdict(IReadOnlyList<SigstoreCheck> checks) => Checks = checks;

    /// <summary>Every check, in the order of the work.</summary>
    public IReadOnlyList<SigstoreCheck> Checks { get; }

    /// <summary>The bundle is signed as asked for.</summary>
    public sealed record Trusted : SigstoreVerdict
    {
        internal Trusted(
            IReadOnlyList<SigstoreCheck> checks, SigstoreSigner signer, IReadOnlyList<ProvenTime> times, InTotoStatement? statement)
            : base(checks)
        {
            Signer = signer;
            Times = times;
            Statement = statement;
        }

        /// <summary>Who signed.</summary>
        public SigstoreSigner Signer { get; }

        /// <summary>When the signature was there; none where nothing proves it.</summary>
        public IReadOnlyList<ProvenTime> Times { get; }

        /// <summary>What the signer says of the artifact; null where the bundle signs its bytes.</summary>
        public InTotoStatement? Statement { get; }
    }

    /// <summary>The bundle is not to be trusted.</summary>
    public sealed record Untrusted : SigstoreVerdict
    {
        internal Untrusted(IReadOnlyList<SigstoreCheck> checks, SigstoreCheck failure)
            : base(checks) => Failure = failure;

        /// <summary>The first check that failed.</summary>
        public SigstoreCheck Failure { get; }
    }
}
