using EdgeSync.Signing.Sigstore;
using EdgeSync.Signing.Tests.Sigstore.World;

namespace EdgeSync.Signing.Tests.Sigstore;

internal static class Identities
{
    public static SigstoreIdentity Right { get; } = Of(LeafRecipe.Subject);

    public static SigstoreIdentity Of(string subject, string? issuer = LeafRecipe.Issuer) =>
        new(IdentityPattern.Exactly(subject), issuer is null ? null : IdentityPattern.Exactly(issuer));
}
