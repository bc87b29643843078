using EdgeSync.Signing.Sigstore;
using EdgeSync.Signing.Sigstore.Logs;
using EdgeSync.Signing.Tests.Sigstore.World;

namespace EdgeSync.Signing.Tests.Sigstore;

public sealed class WitnessTests
{
    private const string Counted = "0 trusted logs hold the signature under a checkpoint with the cosignatures of";
    private const string Damaged = "the cosignature of the witness w.example.com/first under the checkpoint of the log https://log2026.example.com does not verify";

    private static readonly TestWitness First = new("w.example.com/first", 1);
    private static readonly TestWitness Second = new("w.example.com/second", 2);
    private static readonly TestWitness Strange = new("w.example.com/strange", 3);

    private static readonly Dictionary<string, (int Wanted, Func<string, string> Change)> GoodOnes = new()
    {
        ["one of two"] = (1, text => First.Cosign(text)),
        ["two of two"] = (2, text => Second.Cosign(First.Cosign(text))),
        ["none is wanted, and one is there"] = (0, text => First.Cosign(text)),
        ["one beside a strange one"] = (1, text => Strange.Cosign(First.Cosign(text))),
        ["one in front of the log's own line"] = (1, text => text.Replace("\n\n", "\n\n" + First.Line(text), StringComparison.Ordinal)),
        ["the same one at two times"] = (1, text => First.Line(text, 1) is var line ? First.Cosign(text + line) : text),
        ["the same name with another key beside it"] = (1, text => new TestWitness("w.example.com/first", 4).Cosign(First.Cosign(text))),
        ["a line that the log added to its checkpoint"] = (1, text =>
        {
            var note = text[..(text.IndexOf("\n\n", StringComparison.Ordinal) + 1)] + "Extension: 1\n";
            return First.Cosign($"{note}\n{TestWorld.Rekor2.SignatureLine(note)}");
        }),
    };

    private static readonly Dictionary<string, (int Wanted, string Words, Func<string, string> Change)> HostileOnes = new()
    {
        ["nobody"] = (1, Counted, text => text),
        ["one where two are wanted"] = (2, Counted, text => First.Cosign(text)),
        ["one twice where two are wanted"] = (2, Counted, text => First.Line(text) is var line ? text + line + line : text),
        ["a strange one alone"] = (1, Counted, text => Strange.Cosign(text)),
        ["another key under a known name"] = (1, Counted, text => new TestWitness("w.example.com/first", 4).Cosign(text)),
        ["a known key under another name"] = (1, Counted, text => new TestWitness("w.example.com/third", 1).Cosign(text)),
        ["over another tree"] = (1, Damaged, text => text + First.Line(text.Replace("\n11\n", "\n12\n", StringComparison.Ordinal))),
        ["over another log's checkpoint"] = (1, Damaged, text => text + First.Line(text.Replace("log2026", "log2025", StringComparison.Ordinal))),
        ["with another time than the one it signed"] = (1, Damaged, text => text + Changed(First.Line(text), 4 + 7)),
        ["with a changed signature"] = (1, Damaged, text => text + Changed(First.Line(text), 4 + 8 + 40)),
        ["with a byte too few"] = (1, Damaged, text => text + Resized(First.Line(text), -1)),
        ["with a byte too many"] = (1, Damaged, text => text + Resized(First.Line(text), 1)),
        ["with a time that no clock can say"] = (1, Damaged, text => First.Cosign(text, 1UL << 63)),
        ["damaged although none is wanted"] = (0, Damaged, text => text + Changed(First.Line(text), 4 + 8 + 40)),
        ["damaged beside a good one of its own"] = (1, Damaged, text => First.Cosign(text) + Changed(First.Line(text, 1), 4 + 8 + 40)),
        ["damaged in front of a good one of its own"] = (1, Damaged, text => text + Changed(First.Line(text, 1), 4 + 8 + 40) + First.Line(text)),
    };

    public static TheoryData<string> Good => [.. GoodOnes.Keys];

    public static TheoryData<string> Hostile => [.. HostileOnes.Keys];

    [Theory]
    [MemberData(nameof(Good))]
    public void Verify_EnoughWitnesses_Trusted(string name)
    {
        var (wanted, change) = GoodOnes[name];

        Assert.IsType<SigstoreVerdict.Trusted>(Verify(wanted, change));
    }

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Verify_CosignatureWithAFault_ReportsTheFault(string name)
    {
        var (wanted, words, change) = HostileOnes[name];

        var untrusted = Assert.IsType<SigstoreVerdict.Untrusted>(Verify(wanted, change));

        Assert.Equal(SigstoreCheckKind.TransparencyLog, untrusted.Failure.Kind);
        Assert.Contains(words, untrusted.Failure.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_PromiseWithoutACheckpoint_DoesNotCountIfWitnessesAreRequired()
    {
        var verdict = new HostileCase(null, "")
        {
            Recipe = r => (r.MediaType, r.Proof) = ("application/vnd.dev.sigstore.bundle+json;version=0.1", false),
            Requirements = Wanting(1),
        }.Verify();

        var untrusted = Assert.IsType<SigstoreVerdict.Untrusted>(verdict);
        Assert.Contains(Counted, untrusted.Failure.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_EnoughWitnesses_NamesThem()
    {
        var trusted = Assert.IsType<SigstoreVerdict.Trusted>(Verify(1, text => Second.Cosign(First.Cosign(text))));

        Assert.Contains(trusted.Checks, c => c.Evidence.EndsWith("was cosigned by w.example.com/first, w.example.com/second", StringComparison.Ordinal));
    }

    // A witness of the public ecosystem, as its operator publishes it.
    [Fact]
    public void TryParse_PublicWitness_IsRead()
    {
        Assert.True(LogWitness.TryParse("remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2", out var witness, out _));
        Assert.Equal("remora.n621.de", witness.Name);
    }

    [Theory]
    [InlineData("", "no verifier key")]
    [InlineData("remora.n621.de", "no verifier key")]
    [InlineData("remora.n621.de+da77ade7", "no verifier key")]
    [InlineData("+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2", "no verifier key")]
    [InlineData("remora n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2", "no verifier key")]
    [InlineData("remora\u00a0n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2", "no verifier key")]
    [InlineData("remora.n621.de+da77ade7+", "not base64")]
    [InlineData("remora.n621.de+da77ade7+BOvN63jn_bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2", "not base64")]
    [InlineData("remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2\n", "not base64")]
    [InlineData("remora.n621.de+da77ade7+AevN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2", "kind 1;")]
    [InlineData("remora.n621.de+da77ade7+BuvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2", "kind 6;")]
    [InlineData("remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw=", "no Ed25519 key")]
    [InlineData("remora.n621.de+da77ade7+BAEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "no Ed25519 key")]
    [InlineData("remora.n621.de+DA77ADE7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2", "hash that is not the one")]
    [InlineData("remora.n621.de+00000000+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2", "hash that is not the one")]
    [InlineData("other.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2", "hash that is not the one")]
    public void TryParse_OddKey_ReportsTheFault(string verifierKey, string words)
    {
        Assert.False(LogWitness.TryParse(verifierKey, out _, out var problem));
        Assert.Contains(words, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void TryParse_LongText_IsRefused() => Assert.False(LogWitness.TryParse(new string('a', 100_000) + "+00000000+AAAA", out _, out _));

    [Fact]
    public void HasKeyOf_OneKeyUnderTwoNames_IsTrue()
    {
        Assert.True(First.Read().HasKeyOf(new TestWitness("w.example.com/third", 1).Read()));
        Assert.False(First.Read().HasKeyOf(Second.Read()));
    }

    private static SigstoreVerdict Verify(int wanted, Func<string, string> change) => new HostileCase(null, "")
    {
        Recipe = r =>
        {
            HostileCase.V2(r);
            r.ChangeCheckpoint = change;
        },
        Requirements = Wanting(wanted),
    }.Verify();

    private static SigstoreRequirements Wanting(int cosignatures) => new() { Witnesses = [First.Read(), Second.Read()], Cosignatures = cosignatures };

    private static string Changed(string line, int place) => Edit(line, bytes =>
    {
        bytes[place] ^= 1;
        return bytes;
    });

    private static string Resized(string line, int by) => Edit(line, bytes => by < 0 ? bytes[..^-by] : [.. bytes, .. new byte[by]]);

    private static string Edit(string line, Func<byte[], byte[]> change)
    {
        var at = line.LastIndexOf(' ') + 1;
        return $"{line[..at]}{Convert.ToBase64String(change(Convert.FromBase64String(line[at..].TrimEnd())))}\n";
    }
}
