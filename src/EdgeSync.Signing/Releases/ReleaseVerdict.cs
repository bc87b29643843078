using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Releases;

namespace EdgeSync.Signing.Releases;

/// <summary>What <see cref="ReleaseVerifier"/> found: accepted, accepted but not in force yet, or rejected with a reason.</summary>
public abstract record ReleaseVerdict
{
    private ReleaseVerdict()
    {
    }

    /// <summary>
    /// What the site must remember as the newest authentic record of the channel; null where the record is not authentic, or older than what is
    /// remembered. It is set for a refused record too (one for other sites, an expired one), so that nothing older passes afterwards.
    /// </summary>
    public SeenRelease? Seen { get; private init; }

    /// <summary>The record behind <see cref="Seen"/>: authentic, but perhaps not for this site or not for now. Nothing may be run by it.</summary>
    public ReleaseRecord? SeenRecord { get; private init; }

    /// <summary>The record holds for this site now.</summary>
    public sealed record Accepted : ReleaseVerdict
    {
        internal Accepted(VerifiedRelease release)
        {
            Release = release;
            Seen = release.Seen;
            SeenRecord = release.Record;
        }

        /// <summary>The proof that it was verified.</summary>
        public VerifiedRelease Release { get; }
    }

    /// <summary>The record holds for this site, but only from a later time on. Ask again then; it may be staged before.</summary>
    public sealed record NotYet : ReleaseVerdict
    {
        internal NotYet(VerifiedRelease release, DateTimeOffset until)
        {
            Release = release;
            Until = until;
            Seen = release.Seen;
            SeenRecord = release.Record;
        }

        /// <summary>The proof that it was verified.</summary>
        public VerifiedRelease Release { get; }

        /// <summary>When it comes into force, UTC.</summary>
        public DateTimeOffset Until { get; }
    }

    /// <summary>The record must not be followed.</summary>
    public sealed record Rejected : ReleaseVerdict
    {
        internal Rejected(string reason, string message, string hint, AcknowledgedRelease claim, VerifiedRelease? newest = null)
        {
            Reason = reason;
            Message = message;
            Hint = hint;
            Claim = claim;
            Seen = newest?.Seen;
            SeenRecord = newest?.Record;
        }

        /// <summary>One of <c>ReasonCodes</c>.</summary>
        public string Reason { get; }

        /// <summary>One sentence for people.</summary>
        public string Message { get; }

        /// <summary>What an operator can do.</summary>
        public string Hint { get; }

        /// <summary>What could be read of it, for the acknowledgement. Untrusted: names are cut and cleaned, and decide nothing.</summary>
        public AcknowledgedRelease Claim { get; }

        /// <summary>Set where this authentic record contradicts the newest one: same epoch and sequence, other content.</summary>
        public SeenRelease? Contradicts { get; internal init; }
    }
}
