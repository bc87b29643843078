using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Releases;

namespace EdgeSync.Signing.Releases;

/// <summary>The result of <see cref="ReleaseVerifier"/>: accepted, accepted but not in force yet, or rejected with a reason.</summary>
public abstract record ReleaseVerdict
{
    private ReleaseVerdict()
    {
    }

    /// <summary>
    /// What the site must remember as the newest authentic record of the channel; null if the record is not authentic, or older than the remembered one. It
    /// is also set for a refused record (one for other sites, an expired one), so that nothing older is accepted afterwards.
    /// </summary>
    public SeenRelease? Seen { get; private init; }

    /// <summary>The record behind <see cref="Seen"/>: authentic, but perhaps not for this site or not for now. It must not be activated.</summary>
    public ReleaseRecord? SeenRecord { get; private init; }

    /// <summary>The record is in force for this site now.</summary>
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

    /// <summary>The record is for this site, but in force only from a later time. Verify it again then; it may be staged before.</summary>
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

        /// <summary>One sentence for operators.</summary>
        public string Message { get; }

        /// <summary>What an operator can do.</summary>
        public string Hint { get; }

        /// <summary>What could be read of it, for the acknowledgement. Untrusted: names are shortened and cleaned, and must decide nothing.</summary>
        public AcknowledgedRelease Claim { get; }

        /// <summary>Set if this authentic record contradicts the newest one: same epoch and sequence, other content.</summary>
        public SeenRelease? Contradicts { get; internal init; }
    }
}
