using EdgeSync.Signing.Sigstore.Keys;

namespace EdgeSync.Signing.Sigstore.Roots;

/// <summary>A transparency log or a certificate transparency log that the root names.</summary>
/// <param name="BaseUrl">Where it is, for display.</param>
/// <param name="Id">How entries and timestamps name it.</param>
/// <param name="CheckpointId">Whose first four bytes its checkpoints name it by.</param>
/// <param name="Key">Its key; null if it is of a kind that is not checked here.</param>
/// <param name="KeyProblem">Why there is no key.</param>
/// <param name="Validity">When it was to be trusted.</param>
internal sealed record TrustedLog(
    string BaseUrl, byte[] Id, byte[] CheckpointId, SigstoreKey? Key, string KeyProblem, ValidityPeriod Validity)
{
    public override string ToString() => BaseUrl;
}
