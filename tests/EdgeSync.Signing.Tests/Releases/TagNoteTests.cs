using System.Text;
using EdgeSync.Contracts;
using EdgeSync.Oci.Manifests;
using EdgeSync.Primitives;
using EdgeSync.Signing.Cosign;
using EdgeSync.Signing.Policies;
using EdgeSync.Signing.Releases;
using EdgeSync.Signing.Tests.Verification;
using EdgeSync.Signing.Verification;

namespace EdgeSync.Signing.Tests.Releases;

/// <summary>What a site notes of a plain tag takes the place of a release only with the proof of its bundle, and only on a channel that follows a tag.</summary>
public sealed class TagNoteTests
{
    private static readonly ReleaseExpectation Site = ReleaseFixture.Site with { FollowsTag = true };

    private static readonly TagNote Note = new() { Channel = "stable", Number = 3, Bundle = ReleaseFixture.Good.Bundle, At = ReleaseFixture.Now };

    [Fact]
    public void VerifyTag_ProofOfTheBundle_IsAccepted()
    {
        var bytes = Note.ToBytes();

        var accepted = Assert.IsType<ReleaseVerdict.Accepted>(ReleaseVerifier.VerifyTag(bytes, Proof("shop"), Site));

        Assert.Equal((3L, Note.Bundle, Digest.Of(bytes)), (accepted.Release.Record.Sequence, accepted.Release.Record.Bundle, accepted.Release.Seen.Payload));
        Assert.Equal(Note.Bundle, ReleaseVerifier.AcceptRunning(bytes, Digest.Of(bytes))?.Revision);
    }

    [Fact]
    public void VerifyTag_ProofOfAnotherBundle_IsRefused() => AssertRefused(ReasonCodes.DigestMismatch, Note.ToBytes(), "another", Site);

    [Fact]
    public void VerifyTag_ChannelOfSignedReleases_IsRefused() => AssertRefused(ReasonCodes.ReleaseMalformed, Note.ToBytes(), "shop", Site with { FollowsTag = false });

    [Fact]
    public void VerifyTag_NoteOfAnotherChannel_IsRefused() => AssertRefused(ReasonCodes.WrongChannel, (Note with { Channel = "beta" }).ToBytes(), "shop", Site);

    [Fact]
    public void VerifyTag_SignedRelease_IsNoNote() => AssertRefused(ReasonCodes.ReleaseMalformed, ReleaseFixture.Sign(ReleaseFixture.Good), "shop", Site);

    [Fact]
    public void VerifyTag_NameThatIsNone_IsRefused() =>
        AssertRefused(ReasonCodes.ReleaseMalformed, (Note with { Bundle = Note.Bundle with { Name = "\u001b[31m" } }).ToBytes(), "shop", Site);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Verify_NoteInPlaceOfARelease_IsRefused(bool isSigned)
    {
        var note = isSigned ? ReleaseFixture.Sign(Encoding.UTF8.GetString(Note.ToBytes())) : Note.ToBytes();

        var verdict = ReleaseVerifier.Verify(new SignedRelease(note), Site, ReleaseFixture.Policy);

        Assert.Equal(ReasonCodes.ReleaseMalformed, Assert.IsType<ReleaseVerdict.Rejected>(verdict).Reason);
        Assert.Null(verdict.Seen);
    }

    [Fact]
    public void AcceptRunning_AnotherNote_IsRefused() => Assert.Null(ReleaseVerifier.AcceptRunning((Note with { Number = 4 }).ToBytes(), Digest.Of(Note.ToBytes())));

    private static void AssertRefused(string reason, byte[] note, string proven, ReleaseExpectation site) =>
        Assert.Equal(reason, Assert.IsType<ReleaseVerdict.Rejected>(ReleaseVerifier.VerifyTag(note, Proof(proven), site)).Reason);

    private static VerifiedBundle Proof(string content)
    {
        var bundle = new Descriptor { MediaType = MediaTypes.ImageIndex, Digest = Digest.Of(Encoding.UTF8.GetBytes(content)), Size = content.Length };
        var signature = SignatureFixture.Artifact(SignatureFixture.Layer(TestKeys.Rsa, new SimpleSigningPayload(bundle.Digest, "registry.example.com/retail/shop").ToBytes()));
        return Assert.IsType<BundleVerdict.Trusted>(
            BundleVerifier.Verify(bundle, [signature], ReleaseFixture.Policy, TrustPlace.Unknown, ReleaseFixture.Now)).Bundle;
    }
}
