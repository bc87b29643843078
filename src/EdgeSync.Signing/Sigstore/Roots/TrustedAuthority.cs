using System.Security.Cryptography.X509Certificates;

namespace EdgeSync.Signing.Sigstore.Roots;

/// <summary>A certificate authority or a timestamp authority that the root names.</summary>
/// <param name="Uri">Where it is, for display.</param>
/// <param name="Chain">Its certificates, the root last; a timestamp authority's own certificate may come first.</param>
/// <param name="Validity">When it was to be trusted.</param>
internal sealed record TrustedAuthority(string Uri, IReadOnlyList<X509Certificate2> Chain, ValidityPeriod Validity)
{
    public override string ToString() => Uri.Length > 0 ? Uri : Chain[^1].Subject;
}
