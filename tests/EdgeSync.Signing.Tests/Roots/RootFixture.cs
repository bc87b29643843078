using System.Text;
using System.Text.Json;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Trust;
using EdgeSync.Primitives;
using EdgeSync.Signing.Envelopes;
using EdgeSync.Signing.Keys;
using EdgeSync.Signing.Roots;

namespace EdgeSync.Signing.Tests.Roots;

/// <summary>Root keys a to f, and roots and lists made of them; a root is written "ab/2" for the keys a and b with threshold 2.</summary>
internal static class RootFixture
{
    public const string Fleet = "retail";
    public static readonly DateTimeOffset Now = new(2026, 11, 21, 2, 0, 0, TimeSpan.Zero);
    public static readonly IReadOnlySet<Digest> Nobody = new HashSet<Digest>();

    private static readonly Dictionary<char, SigningKey> Keys = "abcdefxr".ToDictionary(name => name, name => SigningKey.Create(name.ToString()));

    public static SigningKey Key(char name) => Keys[name];

    public static Digest Id(char name) => Keys[name].PublicKey.Id;

    public static TrustRole Role(string keys, int threshold) => new(
        [.. keys.Select(name => new TrustKey(name.ToString(), Spki(Keys[name])))], threshold);

    public static TrustRootRecord Root(long version, string roots = "abc/2", string revoked = "") => new()
    {
        Fleet = Fleet,
        Version = version,
        IssuedAt = Now.AddDays(-1),
        ExpiresAt = Now.AddDays(365),
        Roots = Role(roots.Split('/')[0], int.Parse(roots.Split('/')[1], System.Globalization.CultureInfo.InvariantCulture)),
        Releases = Role("r", 1),
        Bundles = Role("r", 1),
        RevokedKeys = revoked.Length == 0 ? null : [.. revoked.Select(Id)],
    };

    public static RevocationRecord Revoke(long number, string keys, params Digest[] bundles) => new()
    {
        Fleet = Fleet,
        Number = number,
        RootVersion = 1,
        IssuedAt = Now,
        Keys = [.. keys.Select(Id)],
        Bundles = bundles,
    };

    public static string Json(TrustRootRecord root) => JsonSerializer.Serialize(root, ContractsJsonContext.Default.TrustRootRecord);

    public static byte[] Sign(TrustRootRecord root, string signers) => Sign(Json(root), signers);

    public static byte[] Sign(string payload, string signers, string type = TrustRootRecord.MediaType) =>
        DsseSigner.Sign(type, Encoding.UTF8.GetBytes(payload), [.. signers.Select(Key)]).ToBytes();

    public static byte[] Sign(RevocationRecord list, string signers) =>
        Sign(JsonSerializer.Serialize(list, ContractsJsonContext.Default.RevocationRecord), signers, RevocationRecord.MediaType);

    /// <summary>A chain whose version 1 requires two of the keys a, b and c, and the given roots after it.</summary>
    public static TrustChain Chain(params byte[][] next)
    {
        var chain = Begin(Sign(Root(1), "ab"));
        return next.Aggregate(chain, (chain, root) => Assert.IsType<RootVerdict.Accepted>(chain.Append(root, Nobody)).Chain);
    }

    public static TrustChain Begin(byte[] root) => Assert.IsType<RootVerdict.Accepted>(TrustChain.Begin(root, Fleet)).Chain;

    public static RootFault Refused(RootVerdict verdict, string reason)
    {
        var rejected = Assert.IsType<RootVerdict.Rejected>(verdict);
        Assert.Equal(reason, rejected.Fault.Reason);
        Assert.NotEmpty(rejected.Fault.Message);
        Assert.NotEmpty(rejected.Fault.Hint);
        return rejected.Fault;
    }

    public static Revocations Accept(RevocationVerdict verdict) => Assert.IsType<RevocationVerdict.Accepted>(verdict).Revocations;

    private static string Spki(SigningKey key) => string.Concat(key.PublicKey.ToPem().Split('\n').Where(line => !line.StartsWith('-')));
}
