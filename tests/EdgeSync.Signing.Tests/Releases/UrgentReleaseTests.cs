using EdgeSync.Primitives;
using EdgeSync.Signing.Keys;
using EdgeSync.Signing.Policies;
using EdgeSync.Signing.Releases;
using static EdgeSync.Signing.Tests.Releases.ReleaseFixture;

namespace EdgeSync.Signing.Tests.Releases;

/// <summary>Who may say that a release is urgent.</summary>
public sealed class UrgentReleaseTests
{
    private static readonly TrustAuthority.ByKey First = new("first", TestKeys.First.PublicKey);
    private static readonly TrustAuthority.ByKey Second = new("second", TestKeys.Second.PublicKey);

    [Fact]
    public void Verify_SignedByWhoMaySaySo_IsUrgent() => Assert.True(IsUrgent(new UrgentRule([First], 1), isSaid: true, TestKeys.First));

    [Fact]
    public void Verify_SignedByAnother_IsAcceptedAndNotUrgent() => Assert.False(IsUrgent(new UrgentRule([First], 1), isSaid: true, TestKeys.Second));

    [Fact]
    public void Verify_TooFewOfThoseWhoMaySaySo_IsNotUrgent()
    {
        Assert.False(IsUrgent(new UrgentRule([First, Second], 2), isSaid: true, TestKeys.First));
        Assert.True(IsUrgent(new UrgentRule([First, Second], 2), isSaid: true, TestKeys.First, TestKeys.Second));
    }

    [Fact]
    public void Verify_NobodyMaySaySo_IsNotUrgent() => Assert.False(IsUrgent(urgent: null, isSaid: true, TestKeys.First, TestKeys.Second));

    [Fact]
    public void Verify_ItDoesNotSaySo_IsNotUrgent() => Assert.False(IsUrgent(new UrgentRule([First], 1), isSaid: false, TestKeys.First));

    [Fact]
    public void Verify_KeyThatWasRevoked_DoesNotSaySo() =>
        Assert.False(IsUrgent(new UrgentRule([First], 1), isSaid: true, new HashSet<Digest> { TestKeys.First.PublicKey.Id }, TestKeys.First, TestKeys.Second));

    private static bool IsUrgent(UrgentRule? urgent, bool isSaid, params SigningKey[] keys) => IsUrgent(urgent, isSaid, new HashSet<Digest>(), keys);

    private static bool IsUrgent(UrgentRule? urgent, bool isSaid, IReadOnlySet<Digest> revoked, params SigningKey[] keys)
    {
        var rule = new ReleaseRule("releases", TrustScope.Everything, [First, Second], 1) { Urgent = urgent };
        var verdict = ReleaseVerifier.Verify(new(Sign(Good with { Urgent = isSaid }, keys)), Site, new TrustPolicy([rule], []).Without(revoked));
        return Assert.IsType<ReleaseVerdict.Accepted>(verdict).Release.IsUrgent;
    }
}
