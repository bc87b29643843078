using System.Text;
using System.Text.Json;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Releases;
using EdgeSync.Oci.Manifests;
using EdgeSync.Primitives;
using EdgeSync.Signing;
using EdgeSync.Signing.Cosign;
using EdgeSync.Signing.Envelopes;
using EdgeSync.Signing.Keys;
using EdgeSync.Signing.Ledger;
using EdgeSync.Signing.Policies;
using EdgeSync.Signing.Releases;
using EdgeSync.Signing.Verification;

namespace EdgeSync.Fuzz.Tests;

/// <summary>
/// Bytes that anybody can put into a registry: none of them makes a verifier throw, and none that differs in what was signed is accepted.
/// </summary>
public sealed class SigningFuzzTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 2, 0, 0, TimeSpan.Zero);
    private static readonly SigningKey Key = SigningKey.Create("key");
    private static readonly TrustPolicy Policy = new(new KeyRing("release", [Key.PublicKey], 1), new KeyRing("bundle", [Key.PublicKey], 1));
    private static readonly string[] Tokens =
        ["{", "}", "[", "]", "\"", ",", ":", "null", "-1", "1e9", "\\u0000", "\\ud800", "\"payload\":", "\"sig\":\"AA==\"", "sha256:", "\0", "\u00e9", "==", "9007199254740993"];

    [Fact]
    public void Envelope_of_a_release_that_was_changed_anywhere_is_not_accepted_as_something_else()
    {
        var payload = JsonSerializer.SerializeToUtf8Bytes(Release(), ContractsJsonContext.Default.ReleaseRecord);
        var good = DsseSigner.Sign(ReleaseRecord.MediaType, payload, [Key]).ToBytes();
        var site = new ReleaseExpectation { Channel = "stable", SiteLabels = new Dictionary<string, string>(), Now = Now, AgentVersion = "1.0.0" };
        Assert.IsType<ReleaseVerdict.Accepted>(ReleaseVerifier.Verify(new SignedRelease(good), site, Policy));

        ByteFuzzer.Run(good, Tokens, bytes =>
        {
            if (ReleaseVerifier.Verify(new SignedRelease(bytes), site, Policy) is ReleaseVerdict.Accepted accepted)
            {
                Assert.Equal(Digest.Of(payload), accepted.Release.Seen.Payload);
            }
        });
    }

    [Fact]
    public void Record_that_was_changed_and_signed_again_never_makes_the_verifier_throw()
    {
        var payload = JsonSerializer.SerializeToUtf8Bytes(Release(), ContractsJsonContext.Default.ReleaseRecord);

        ByteFuzzer.Run(payload, Tokens, bytes =>
        {
            if (ReleaseRecordReader.TryRead(bytes, out var record, out var problem))
            {
                Assert.InRange(record.Sequence, 1, ReleaseRecordReader.MaxSequence);
                Assert.True(record.ExpiresAt > record.IssuedAt);
                Assert.True(EntityName.IsValid(record.Channel));
                record.Sites?.Matches(new Dictionary<string, string>());
            }
            else
            {
                Assert.NotEmpty(problem);
            }
        });
    }

    [Fact]
    public void Signature_artifact_that_was_changed_anywhere_is_never_trusted_for_another_bundle()
    {
        var bundle = Descriptor.Of(MediaTypes.ImageIndex, "bundle"u8);
        var other = Descriptor.Of(MediaTypes.ImageIndex, "another"u8);
        var artifact = CosignSignatures.Append(new SimpleSigningPayload(bundle.Digest, "registry.example.com/shop"), Key, existing: null)!;
        var blobs = artifact.Blobs.ToDictionary(b => b.Descriptor.Digest, b => b.Content);
        Assert.IsType<BundleVerdict.Trusted>(BundleVerifier.Verify(bundle, [new SignatureArtifact(artifact.Manifest, blobs)], Policy, TrustPlace.Unknown, Now));

        ByteFuzzer.Run(artifact.Manifest.ToArray(), Tokens, bytes =>
        {
            BundleVerifier.Verify(bundle, [new SignatureArtifact(bytes, blobs)], Policy, TrustPlace.Unknown, Now);
            Assert.IsType<BundleVerdict.Untrusted>(BundleVerifier.Verify(other, [new SignatureArtifact(bytes, blobs)], Policy, TrustPlace.Unknown, Now));
            Assert.InRange(SignatureArtifact.FindWantedBlobs(bytes).Count, 0, BundleVerifier.MaxSignatures);
        });
    }

    [Fact]
    public void Ledger_entry_that_was_changed_anywhere_is_not_valid_as_something_else()
    {
        var happened = new Acknowledgement { Fleet = "retail", Site = "store", Number = 0, At = Now, Event = AcknowledgementEvent.Healthy };
        var signed = AcknowledgementSigner.Sign(happened, head: null, Key);
        var expectation = new LedgerExpectation("retail", "store", Key.PublicKey, null);

        ByteFuzzer.Run(signed.Envelope.ToArray(), Tokens, bytes =>
        {
            if (AcknowledgementVerifier.Verify(bytes, expectation) is LedgerVerdict.Valid valid)
            {
                Assert.Equal(signed.Head, valid.Head);
            }
        });
    }

    [Fact]
    public void Public_key_file_that_was_changed_is_a_key_or_refused_with_a_reason() => ByteFuzzer.Run(Encoding.ASCII.GetBytes(Key.PublicKey.ToPem()), Tokens, bytes =>
    {
        try
        {
            VerificationKey.FromPem(Encoding.Latin1.GetString(bytes), "fuzz");
        }
        catch (SigningException refused)
        {
            Assert.Equal(SigningReasons.KeyUnusable, refused.Reason);
        }
    });

    private static ReleaseRecord Release() => new()
    {
        Channel = "stable",
        Sequence = 42,
        Bundle = new BundleRevision { Name = "shop", Version = "1", Repository = "r.example.com/shop", Digest = Digest.Of("shop"u8) },
        Sites = new LabelSelector { MatchExpressions = [new("ring", LabelOperator.NotIn, ["9"])] },
        IssuedAt = Now,
        ExpiresAt = Now.AddDays(1),
    };
}
