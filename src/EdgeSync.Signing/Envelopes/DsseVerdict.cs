using EdgeSync.Signing.Keys;

namespace EdgeSync.Signing.Envelopes;

/// <summary>The result of <see cref="DsseVerifier"/>: valid, too few signatures, or not an envelope of the wanted type.</summary>
public abstract record DsseVerdict
{
    private DsseVerdict()
    {
    }

    /// <summary>Enough different trusted keys have signed.</summary>
    /// <param name="Payload">The signed bytes.</param>
    /// <param name="Keys">The different trusted keys whose signatures are valid.</param>
    public sealed record Valid(ReadOnlyMemory<byte> Payload, IReadOnlyList<VerificationKey> Keys) : DsseVerdict;

    /// <summary>Fewer different trusted keys have signed than are needed.</summary>
    /// <param name="UntrustedPayload">The payload; only for a message that says what was refused.</param>
    /// <param name="Keys">The different trusted keys whose signatures are valid.</param>
    /// <param name="Threshold">How many are needed.</param>
    public sealed record ThresholdNotMet(ReadOnlyMemory<byte> UntrustedPayload, IReadOnlyList<VerificationKey> Keys, int Threshold) : DsseVerdict;

    /// <summary>Not an envelope, or not one of the wanted payload type.</summary>
    /// <param name="Problem">Why.</param>
    public sealed record Malformed(string Problem) : DsseVerdict;
}
