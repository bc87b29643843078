using EdgeSync.Signing.Notation;
using EdgeSync.Signing.Notation.Stores;
using EdgeSync.Signing.Tests.Notation.World;
using EdgeSync.Signing.Tests.Sigstore.World;

namespace EdgeSync.Signing.Tests.Notation;

/// <summary>One fault of an envelope, a certificate or the trust in it, and a part of the expected message.</summary>
internal sealed record NotationCase(NotationCheckKind Kind, string Words)
{
    public const string Jws = "application/jose+json";
    public const string Cose = "application/cose";

    public Action<EnvelopeRecipe> Recipe { get; init; } = _ => { };

    /// <summary>The format of the case; null means both.</summary>
    public string? Only { get; init; }

    public string[] Identities { get; init; } = ["x509.subject: C=US, ST=WA, O=Shop, CN=builder"];

    public NotationLevel Level { get; init; } = NotationLevel.Strict;

    public NotationTimestampUse TimestampUse { get; init; }

    public bool AsksForTimestamp { get; init; }

    public NotationStoreKind StoreKind { get; init; }

    public byte[]? Root { get; init; }

    public DateTimeOffset Now { get; init; } = TestWorld.Now;

    public NotationVerdict Verify(string mediaType)
    {
        var recipe = new EnvelopeRecipe();
        Recipe(recipe);
        return NotationVerifier.Verify(recipe.Make(mediaType), mediaType, EnvelopeRecipe.Target, Trust(recipe), Now);
    }

    public NotationTrust Trust(EnvelopeRecipe recipe)
    {
        List<NotationTrustStore> stores =
            [Root is null ? recipe.Chain.Store(StoreKind) : ChainRecipe.Store(Root, StoreKind, "shop")];
        if (AsksForTimestamp)
        {
            stores.Add(ChainRecipe.Store(TestWorld.TimestampRoot.Root.RawData, NotationStoreKind.TimestampAuthority, "times"));
        }

        return new NotationTrust(stores, [.. Identities.Select(Identity)], Level, TimestampUse);
    }

    public static NotationIdentity Identity(string text)
    {
        Assert.True(NotationIdentity.TryParse(text, out var identity, out var problem), problem);
        return identity;
    }
}
