using System.Text;
using System.Text.Json;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Releases;
using EdgeSync.Primitives;
using EdgeSync.Signing.Envelopes;
using EdgeSync.Signing.Keys;
using EdgeSync.Signing.Policies;
using EdgeSync.Signing.Releases;

namespace EdgeSync.Signing.Tests.Releases;

/// <summary>A good release, a site that its selector matches, and a policy that requires two of two keys.</summary>
internal static class ReleaseFixture
{
    public static readonly DateTimeOffset Now = new(2026, 11, 21, 2, 0, 0, TimeSpan.Zero);

    public static TrustPolicy Policy { get; } = new(
        new KeyRing("release", [TestKeys.First.PublicKey, TestKeys.Second.PublicKey], 2),
        new KeyRing("bundle", [TestKeys.Rsa.PublicKey], 1));

    public static ReleaseExpectation Site { get; } = new()
    {
        Channel = "stable",
        SiteLabels = new Dictionary<string, string> { ["ring"] = "1", ["country"] = "de" },
        Now = Now,
        AgentVersion = "1.4.0",
    };

    public static ReleaseRecord Good { get; } = new()
    {
        Channel = "stable",
        Sequence = 42,
        Bundle = new BundleRevision
        {
            Name = "shop",
            Version = "2.1.0",
            Repository = "registry.example.com/retail/shop",
            Digest = Digest.Of("shop"u8),
        },
        IssuedAt = Now.AddHours(-1),
        ExpiresAt = Now.AddDays(30),
    };

    public static string Json(ReleaseRecord record) => JsonSerializer.Serialize(record, ContractsJsonContext.Default.ReleaseRecord);

    public static byte[] Sign(ReleaseRecord record, params SigningKey[] keys) => Sign(Json(record), keys);

    public static byte[] Sign(string payload, params SigningKey[] keys) =>
        DsseSigner.Sign(ReleaseRecord.MediaType, Encoding.UTF8.GetBytes(payload), keys is [] ? [TestKeys.First, TestKeys.Second] : keys).ToBytes();

    public static ReleaseVerdict Verify(ReleaseRecord record, ReleaseExpectation? site = null) =>
        ReleaseVerifier.Verify(new(Sign(record)), site ?? Site, Policy);

    public static SeenRelease Seen(ReleaseRecord record) => new(record.Sequence, Digest.Of(Encoding.UTF8.GetBytes(Json(record))));
}
