using System.Text.Json;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Trust;
using EdgeSync.Oci.Manifests;
using EdgeSync.Primitives;
using EdgeSync.Signing.Envelopes;
using EdgeSync.Signing.Keys;
using EdgeSync.Signing.Roots;

namespace EdgeSync.Fuzz.Tests;

/// <summary>
/// Trust roots, lists of revocations and the artifact that holds them, changed anywhere: none makes a reader throw, and nothing else than what was signed
/// is ever followed.
/// </summary>
public sealed class TrustRootFuzzTests
{
    private static readonly IReadOnlySet<Digest> Nobody = new HashSet<Digest>();
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 2, 0, 0, TimeSpan.Zero);
    private static readonly SigningKey Key = SigningKey.Create("key");
    private static readonly string[] Tokens =
        ["{", "}", "[", "]", "\"", ",", ":", "null", "-1", "0", "2", "1e9", "\\u0000", "\\ud800", "\"version\":3", "\"keys\":[]", "\"threshold\":0", "AAAA", "sha256:", "\0", "9007199254740993"];

    private static readonly TrustChain Chain = ((RootVerdict.Accepted)TrustChain.Begin(Sign(Root(1)), "retail")).Chain;

    [Fact]
    public void Envelope_of_a_root_that_was_changed_anywhere_is_not_followed_as_something_else()
    {
        var good = Sign(Root(2));
        var payload = ((RootVerdict.Accepted)Chain.Append(good, Nobody)).Chain.Head.Payload;

        ByteFuzzer.Run(good, Tokens, bytes =>
        {
            if (Chain.Append(bytes, Nobody) is RootVerdict.Accepted accepted)
            {
                Assert.Equal(payload, accepted.Chain.Head.Payload);
            }
        });
    }

    [Fact]
    public void Root_that_was_changed_and_signed_again_holds_together_or_is_refused_with_a_reason() => ByteFuzzer.Run(
        JsonSerializer.SerializeToUtf8Bytes(Root(2), ContractsJsonContext.Default.TrustRootRecord), Tokens, bytes =>
        {
            if (TrustRootReader.TryRead(bytes, out var root, out var fault))
            {
                Assert.InRange(root.Version, 1, TrustRootReader.MaxVersion);
                Assert.InRange(root.Roots.Threshold, 1, root.Roots.Keys.Count);
                Assert.True(root.Record.ExpiresAt > root.Record.IssuedAt);
                Assert.True(EntityName.IsValid(root.Record.Fleet));
            }
            else
            {
                Assert.NotEmpty(fault.Reason);
                Assert.NotEmpty(fault.Message);
            }
        });

    [Fact]
    public void List_of_revocations_that_was_changed_anywhere_never_makes_the_reader_throw()
    {
        var record = new RevocationRecord
        {
            Fleet = "retail", Number = 3, RootVersion = 1, IssuedAt = Now, Keys = [Digest.Of("a"u8)], Bundles = [Digest.Of("b"u8)], Note = "why",
        };
        var payload = JsonSerializer.SerializeToUtf8Bytes(record, ContractsJsonContext.Default.RevocationRecord);
        var good = DsseSigner.Sign(RevocationRecord.MediaType, payload, [Key]).ToBytes();

        ByteFuzzer.Run(payload, Tokens, bytes => Assert.True(RevocationReader.TryRead(bytes, out _, out var problem) || problem.Length > 0));
        ByteFuzzer.Run(good, Tokens, bytes =>
        {
            TrustEnvelope.Peek(bytes);
            if (RevocationVerifier.Verify(bytes, Chain, null) is RevocationVerdict.Accepted accepted)
            {
                Assert.Equal(Digest.Of(payload), accepted.Revocations.Payload);
            }
        });
    }

    [Fact]
    public void Artifact_that_was_changed_anywhere_lists_bounded_envelopes_or_says_why_not()
    {
        ByteFuzzer.Run(TrustArtifact.Build(Chain, null).Manifest.ToArray(), Tokens, bytes =>
        {
            if (TrustArtifact.TryRead(bytes, out var listing, out var problem))
            {
                Assert.All(listing.Roots.Values.Append(listing.Revocations).OfType<Descriptor>(), envelope => Assert.InRange(envelope.Size, 1, DsseEnvelope.MaxBytes));
            }
            else
            {
                Assert.NotEmpty(problem);
            }
        });
    }

    private static TrustRootRecord Root(long version)
    {
        var key = new TrustKey("key", string.Concat(Key.PublicKey.ToPem().Split('\n').Where(line => !line.StartsWith('-'))));
        return new TrustRootRecord
        {
            Fleet = "retail",
            Version = version,
            IssuedAt = Now,
            ExpiresAt = Now.AddDays(1),
            Roots = new TrustRole([key], 1),
            Releases = new TrustRole([key], 1),
            Bundles = new TrustRole([key], 1),
            Policy = TrustPolicyText.Of("schema: x"),
            RevokedKeys = [Digest.Of("gone"u8)],
        };
    }

    private static byte[] Sign(TrustRootRecord root) => DsseSigner.Sign(
        TrustRootRecord.MediaType, JsonSerializer.SerializeToUtf8Bytes(root, ContractsJsonContext.Default.TrustRootRecord), [Key]).ToBytes();
}
