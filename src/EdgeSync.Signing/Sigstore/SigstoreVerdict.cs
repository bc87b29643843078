using EdgeSync.Signing.Sigstore.Statements;

namespace EdgeSync.Signing.Sigstore;

/// <summary>The result of <see cref="SigstoreVerifier"/>.</summary>
public abstract record SigstoreVerdict
{
    private SigstoreVerdict(IReadOnlyList<SigstoreCheck> checks) => Checks = checks;

    /// <summary>All checks, in the order in which they are made.</summary>
    public IReadOnlyList<SigstoreCheck> Checks { get; }

    /// <summary>The bundle is signed as required.</summary>
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

        /// <summary>When the signature existed; empty if there is no proof.</summary>
        public IReadOnlyList<ProvenTime> Times { get; }

        /// <summary>What the signer says of the artifact; null if the bundle signs its bytes.</summary>
        public InTotoStatement? Statement { get; }
    }

    /// <summary>The bundle is not trusted.</summary>
    public sealed record Untrusted : SigstoreVerdict
    {
        internal Untrusted(IReadOnlyList<SigstoreCheck> checks, SigstoreCheck failure)
            : base(checks) => Failure = failure;

        /// <summary>The first check that failed.</summary>
        public SigstoreCheck Failure { get; }
    }
}
