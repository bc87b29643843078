using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Trust;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Text;
using EdgeSync.Signing.Keys;
using EdgeSync.Signing.Policies;
using EdgeSync.Signing.Text;

namespace EdgeSync.Signing.Roots;

/// <summary>
/// Reads a trust root's bytes strictly. Used for signed bytes and before signing, so that a site can follow every root that is signed.
/// </summary>
public static class TrustRootReader
{
    /// <summary>The largest record, in bytes; in base64 it still fits into an envelope with many signatures.</summary>
    public const int MaxBytes = 144 * 1024;

    /// <summary>The longest policy text, in characters.</summary>
    public const int MaxPolicyLength = 64 * 1024;

    /// <summary>The most keys that one root revokes.</summary>
    public const int MaxRevokedKeys = 256;

    /// <summary>The highest version, 2^53: the largest that every JSON reader represents exactly.</summary>
    public const long MaxVersion = 1L << 53;

    private const string PublishAgain = "Make the root again with 'edgesync trust new', and have it signed.";

    /// <summary>Reads and checks a record; if the result is false, <paramref name="fault"/> says why.</summary>
    public static bool TryRead(
        ReadOnlySpan<byte> payload, [NotNullWhen(true)] out TrustRoot? root, [NotNullWhen(false)] out RootFault? fault)
    {
        root = null;
        if (payload.Length > MaxBytes)
        {
            fault = Malformed(string.Create(CultureInfo.InvariantCulture, $"it has {payload.Length} bytes, more than {MaxBytes}"));
            return false;
        }

        try
        {
            var record = StrictJson.Read(payload, ContractsJsonContext.Default.TrustRootRecord);
            if (FindHeadProblem(record) is { } problem)
            {
                fault = Malformed(problem);
                return false;
            }

            root = ReadRoles(record, Digest.Of(payload), out fault);
        }
        catch (JsonException failure)
        {
            fault = Malformed(FaultText.Describe(failure));
        }
        catch (SigningException failure)
        {
            fault = Malformed(failure.Message);
        }

        return root is not null;
    }

    internal static RootFault Malformed(string problem) => new(TrustReasons.RootMalformed, $"it is no trust root that can be followed: {problem}", PublishAgain);

    private static string? FindHeadProblem(TrustRootRecord record) => record switch
    {
        { Schema: not TrustRootRecord.CurrentSchema } => $"its schema is not '{TrustRootRecord.CurrentSchema}'",
        _ when !EntityName.IsValid(record.Fleet) => $"its fleet is no name: {EntityName.Rule}",
        { Version: < 1 or > MaxVersion } => string.Create(CultureInfo.InvariantCulture, $"its version is not between 1 and {MaxVersion}"),
        _ when record.ExpiresAt <= record.IssuedAt => "it expires before it was issued",
        { Policy: { } policy } when policy.Text.Length is 0 or > MaxPolicyLength => "its policy is empty or too long",
        { Policy: { } policy } when TrustPolicyText.Of(policy.Text).Digest != policy.Digest => "its policy's text does not have its policy's digest",
        { RevokedKeys.Count: > MaxRevokedKeys } => $"it revokes more than {MaxRevokedKeys} keys",
        _ => null,
    };

    private static TrustRoot? ReadRoles(TrustRootRecord record, Digest payload, out RootFault? fault)
    {
        List<VerificationKey> roots = ReadKeys(record.Roots), releases = ReadKeys(record.Releases), bundles = ReadKeys(record.Bundles);
        fault = FindTwice("root", roots) ?? FindTwice("release", releases) ?? FindTwice("bundle", bundles);
        if (fault is not null)
        {
            return null;
        }

        var root = new TrustRoot(
            record, payload,
            new KeyRing("root", roots, record.Roots.Threshold),
            new KeyRing("release", releases, record.Releases.Threshold),
            new KeyRing("bundle", bundles, record.Bundles.Threshold));
        var contradiction = roots.Concat(releases).Concat(bundles).FirstOrDefault(key => root.RevokedKeys.Contains(key.Id));
        fault = contradiction is null ? null : KeyRevoked(contradiction);
        return fault is null ? root : null;
    }

    internal static RootFault KeyRevoked(VerificationKey key) => new(
        TrustReasons.RootKeyRevoked, $"it gives a role to the key {key}, which is revoked", "A revoked key never comes back: make a new one, and a root with that.");

    private static List<VerificationKey> ReadKeys(TrustRole role) =>
        role.Keys.Count > KeyRing.MaxKeys
            ? throw new SigningException(SigningReasons.TrustPolicyInvalid, $"a role has more than {KeyRing.MaxKeys} keys")
            : [.. role.Keys.Select(ReadKey)];

    private static VerificationKey ReadKey(TrustKey? key) =>
        key is { Name: { Length: > 0 and <= 128 } name } && !name.Any(char.IsControl)
            ? StrictBase64.TryDecode(key.Key, out var der)
                ? VerificationKey.FromSubjectPublicKeyInfo(der, name)
                : throw new SigningException(SigningReasons.KeyUnusable, $"the key '{name}' is not canonical standard base64")
            : throw new SigningException(SigningReasons.KeyUnusable, "a key has no name, or one that is too long or has control characters");

    private static RootFault? FindTwice(string role, List<VerificationKey> keys) =>
        keys.GroupBy(key => key.Id).FirstOrDefault(group => group.Count() > 1) is { } twice
            ? new RootFault(
                TrustReasons.RootKeyTwice, $"'{twice.First().Name}' and '{twice.Last().Name}' are one and the same {role} key",
                "One key has one voice: take one of them out.")
            : null;
}
