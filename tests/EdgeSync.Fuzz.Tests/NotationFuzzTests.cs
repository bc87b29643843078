using System.Formats.Cbor;
using System.Text;
using EdgeSync.Oci.Manifests;
using EdgeSync.Signing.Notation;
using EdgeSync.Signing.Notation.Envelopes;
using EdgeSync.Signing.Notation.Stores;
using EdgeSync.Signing.Tests.Notation;
using EdgeSync.Signing.Tests.Notation.World;
using EdgeSync.Signing.Tests.Sigstore.World;

namespace EdgeSync.Fuzz.Tests;

/// <summary>
/// Envelopes of the Notary Project, and their parts, that were changed anywhere: nothing throws, and nothing becomes a signature of something else, by
/// somebody else or of another time.
/// </summary>
public sealed class NotationFuzzTests
{
    private static readonly byte[][] Tokens =
    [
        .. new[] { "{", "}", "[", "]", "\"", ",", ":", "null", "-1", "1e9", "\\u0000", "\\ud800", "=", "AAAA", "\"crit\":", "\"alg\":\"none\"", "sha256:", "\0" }
            .Select(Encoding.UTF8.GetBytes),
        [0x9f], [0xbf], [0x5f], [0xff], [0xf6], [0xfb], [0xd2, 0x84], [0xc1], [0x1b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], [0x9b, 0x7f], [0x81, 0x81, 0x81],
    ];

    private static readonly Descriptor Other = Descriptor.Of(MediaTypes.ImageIndex, "another bundle"u8);

    [Theory]
    [InlineData(NotationCase.Jws)]
    [InlineData(NotationCase.Cose)]
    public void Envelope_that_was_changed_anywhere_is_never_trusted_for_another_artifact_or_time(string mediaType)
    {
        var recipe = new EnvelopeRecipe().Stamped();
        var trust = Trust(recipe);

        ByteFuzzer.Run(recipe.Make(mediaType), Tokens, bytes =>
        {
            Judge(bytes, mediaType, trust);
            Assert.IsType<NotationVerdict.Untrusted>(NotationVerifier.Verify(bytes, mediaType, Other, trust, TestWorld.Now));
        });
    }

    [Fact]
    public void Protected_header_that_was_changed_and_signed_is_read_or_refused()
    {
        byte[] good = [];
        new EnvelopeRecipe { ChangeProtectedBytes = b => good = b }.Expiring(TestWorld.Now.AddDays(1)).Make(NotationCase.Cose);

        // The recipe's certificates are made once, as they take longest.
        var recipe = new EnvelopeRecipe();
        var trust = new NotationCase(default, "").Trust(recipe);
        ByteFuzzer.Run(good, Tokens, bytes =>
        {
            recipe.ChangeProtectedBytes = _ => bytes;
            Judge(recipe.Make(NotationCase.Cose), NotationCase.Cose, trust);
        });
    }

    [Theory]
    [InlineData(NotationCase.Jws)]
    [InlineData(NotationCase.Cose)]
    public void Payload_that_was_changed_and_signed_is_of_the_artifact_or_refused(string mediaType)
    {
        var recipe = new EnvelopeRecipe();
        var trust = new NotationCase(default, "").Trust(recipe);

        ByteFuzzer.Run(Encoding.UTF8.GetBytes(recipe.Payload), Tokens, bytes =>
        {
            recipe.Payload = Encoding.UTF8.GetString(bytes);
            var envelope = recipe.Make(mediaType);
            Judge(envelope, mediaType, trust);
            if (!recipe.Payload.Contains(Other.Digest.Hex, StringComparison.Ordinal))
            {
                Assert.IsType<NotationVerdict.Untrusted>(NotationVerifier.Verify(envelope, mediaType, Other, trust, TestWorld.Now));
            }
        });
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Certificate_that_was_changed_is_never_part_of_a_trusted_chain(int index)
    {
        var honest = new ChainRecipe();
        var recipe = new EnvelopeRecipe();
        List<byte[]> chain = [.. honest.Certificates];
        recipe.Chain.Change = _ => chain;
        var trust = new NotationTrust([honest.Store()], [NotationIdentity.Any], NotationLevel.Strict);
        var good = chain[index];

        ByteFuzzer.Run(good, Tokens, bytes =>
        {
            chain[index] = bytes;
            if (!bytes.AsSpan().SequenceEqual(good))
            {
                Assert.IsType<NotationVerdict.Untrusted>(
                    NotationVerifier.Verify(recipe.Make(NotationCase.Cose), NotationCase.Cose, EnvelopeRecipe.Target, trust, TestWorld.Now));
            }
        });
    }

    [Fact]
    public void Timestamp_that_was_changed_says_the_same_time_or_nothing()
    {
        var recipe = new EnvelopeRecipe().Stamped(t => t.Accuracy = (0, 0, 0));
        var trust = Trust(recipe);
        byte[] token = [];
        byte[] signature = [];
        recipe.ChangeToken = t => token = t;
        recipe.ChangeSignature = s => signature = s;
        recipe.Make(NotationCase.Cose);
        recipe.ChangeSignature = _ => signature; // The protected header and the payload stay, and so what was signed.

        ByteFuzzer.Run(token, Tokens, bytes =>
        {
            recipe.ChangeToken = _ => bytes;
            Judge(recipe.Make(NotationCase.Cose), NotationCase.Cose, trust);
        });
    }

    [Fact]
    public void Cbor_of_any_bytes_has_one_spelling_or_is_refused() => ByteFuzzer.Run(new EnvelopeRecipe().Make(NotationCase.Cose), Tokens, bytes =>
    {
        try
        {
            var reader = new CanonicalCbor(bytes);
            reader.Skip();
            reader.End();
        }
        catch (FormatException refused)
        {
            Assert.NotEmpty(refused.Message);
            return;
        }

        Assert.Equal(bytes, Write(new CborReader(bytes, CborConformanceMode.Lax)));
    });

    [Fact]
    public void Identity_that_was_changed_is_read_as_it_is_written_or_refused() =>
        ByteFuzzer.Run(@"x509.subject: C=US, ST=WA, O=Shop\, Inc., OU=\ Release\ , CN=C\#+"u8.ToArray(), Tokens, bytes =>
        {
            if (NotationIdentity.TryParse(Encoding.UTF8.GetString(bytes), out var identity, out var problem))
            {
                Assert.True(NotationIdentity.TryParse(identity.ToString(), out var again, out problem), problem);
                Assert.Equal(identity.ToString(), again.ToString());
            }
            else
            {
                Assert.NotEmpty(problem);
            }
        });

    [Fact]
    public void Trust_store_that_was_changed_is_a_store_or_refused_with_a_reason() =>
        ByteFuzzer.Run(Encoding.UTF8.GetBytes(ChainRecipe.Pem([new ChainRecipe().Certificates[^1]])), Tokens, bytes =>
        {
            if (!NotationTrustStore.TryRead(NotationStoreKind.CertificateAuthority, "shop", Encoding.UTF8.GetString(bytes), out _, out var problem))
            {
                Assert.NotEmpty(problem);
            }
        });

    private static NotationTrust Trust(EnvelopeRecipe recipe) => new NotationCase(default, "") { AsksForTimestamp = true }.Trust(recipe);

    private static void Judge(byte[] envelope, string mediaType, NotationTrust trust)
    {
        var verdict = NotationVerifier.Verify(envelope, mediaType, EnvelopeRecipe.Target, trust, TestWorld.Now);
        Assert.Equal(5, verdict.Checks.Select(c => c.Kind).Distinct().Count());
        if (verdict is NotationVerdict.Trusted trusted)
        {
            Assert.Equal("ca:shop", trusted.Signer.Store);
            Assert.True(trusted.ProvenTime is null || trusted.ProvenTime == TestWorld.Now);
        }
    }

    private static byte[] Write(CborReader reader)
    {
        switch (reader.PeekState())
        {
            case CborReaderState.UnsignedInteger or CborReaderState.NegativeInteger:
                return CborText.Number(reader.ReadInt64());
            case CborReaderState.ByteString:
                return CborText.Bytes(reader.ReadByteString());
            case CborReaderState.TextString:
                return CborText.Utf8(reader.ReadTextString());
            case CborReaderState.StartArray:
                var values = new byte[reader.ReadStartArray()!.Value][];
                for (var i = 0; i < values.Length; i++)
                {
                    values[i] = Write(reader);
                }

                reader.ReadEndArray();
                return CborText.List(values);
            case CborReaderState.StartMap:
                var pairs = new (byte[] Key, byte[] Value)[reader.ReadStartMap()!.Value];
                for (var i = 0; i < pairs.Length; i++)
                {
                    pairs[i] = (Write(reader), Write(reader));
                }

                reader.ReadEndMap();
                return CborText.Sorted(pairs);
            case CborReaderState.Tag:
                return CborText.Tag((ulong)reader.ReadTag(), Write(reader));
            default:
                return [(byte)(0xe0 | (int)reader.ReadSimpleValue())];
        }
    }
}
