using EdgeSync.Signing.Sigstore;
using EdgeSync.Signing.Tests.Sigstore.World;

namespace EdgeSync.Signing.Tests.Sigstore;

internal static class ProofCases
{
    private const SigstoreCheckKind Log = SigstoreCheckKind.TransparencyLog;

    public static IReadOnlyDictionary<string, HostileCase> All { get; } = new Dictionary<string, HostileCase>
    {
        ["proof with a changed hash"] = Proof("proof of inclusion", p => FlipFirstHash(p)),
        ["proof with a hash too few"] = Proof("proof of inclusion", p => p["hashes"]!.AsArray().RemoveAt(0)),
        ["proof with a hash too many"] = Proof("proof of inclusion", p => p["hashes"]!.AsArray().Add((System.Text.Json.Nodes.JsonNode)Convert.ToBase64String(new byte[32]))),
        ["proof for another index"] = Proof("proof of inclusion", p => p["logIndex"] = "4"),
        ["proof for an index outside its tree"] = Proof("proof of inclusion", p => p["logIndex"] = "11"),
        ["proof for a tree of no leaves"] = Proof("proof of inclusion", p => p["treeSize"] = "0"),
        ["proof for a tree of another size"] = Proof("another tree", p => p["treeSize"] = "12"),
        ["proof with another root"] = Proof("proof of inclusion", p => p.Flip("rootHash")),
        ["checkpoint of another root"] = Checkpoint("another tree", _ => TestWorld.Rekor1.Checkpoint(11, new byte[32])),
        ["checkpoint of another size"] = Checkpoint("another tree", text => Signed(text.Replace("\n11\n", "\n12\n", StringComparison.Ordinal))),
        ["checkpoint by another key"] = Checkpoint("no signature", text => Sign(text, TestWorld.StrangeLog, TestWorld.Rekor1.Id)),
        ["checkpoint with another key's hint"] = Checkpoint("no signature", text => Sign(text, TestWorld.Rekor1, TestWorld.StrangeLog.Id)),
        ["checkpoint signed under another name"] = Checkpoint(
            "no signature", text => $"{Note(text)}\n{TestWorld.Rekor1.SignatureLine(Note(text), "rekor.github.com")}"),
        ["checkpoint signed under the beginning of its name"] = Checkpoint(
            "no signature", text => $"{Note(text)}\n{TestWorld.Rekor1.SignatureLine(Note(text), "rekor.example.co")}"),
        ["checkpoint that was changed behind its signature"] = Checkpoint(
            "no signature", text => text.Replace("rekor.example.com - 2", "rekor.example.com - 3", StringComparison.Ordinal)),
        ["checkpoint of a witness alone"] = Checkpoint("no signature", text => $"{Note(text)}\n{TestWorld.StrangeLog.SignatureLine(Note(text), "witness")}"),
        ["checkpoint without signatures"] = Checkpoint("1 to 32 signatures", text => Note(text) + "\n"),
        ["checkpoint with 33 signatures"] = Checkpoint(
            "1 to 32 signatures", text => $"{Note(text)}\n{string.Concat(Enumerable.Repeat("\u2014 a AAAAAAA=\n", 33))}"),
        ["checkpoint with a line that is no signature"] = Checkpoint("is none", text => text + "hello\n"),
        ["checkpoint with a signature of four bytes"] = Checkpoint("is none", text => text + "\u2014 a AAAAAA==\n"),
        ["checkpoint with a hyphen for the dash"] = Checkpoint("is none", text => text.Replace('\u2014', '-')),
        ["checkpoint without a line end"] = Checkpoint("no signed note", text => text[..^1]),
        ["checkpoint of one paragraph"] = Checkpoint("no signed note", text => text.Replace("\n\n", "\n", StringComparison.Ordinal)),
        ["checkpoint with a carriage return"] = Checkpoint("no signed note", text => text.Replace("\n11\n", "\r\n11\n", StringComparison.Ordinal)),
        ["checkpoint without an origin"] = Checkpoint("an origin", text => text[(text.IndexOf('\n', StringComparison.Ordinal) + 1)..]),
        ["checkpoint with an empty origin"] = Checkpoint("an origin", text => text[text.IndexOf('\n', StringComparison.Ordinal)..]),
        ["checkpoint with a size of leading zeros"] = Checkpoint("size or root", text => Signed(text.Replace("\n11\n", "\n011\n", StringComparison.Ordinal))),
        ["checkpoint with a negative size"] = Checkpoint("size or root", text => Signed(text.Replace("\n11\n", "\n-11\n", StringComparison.Ordinal))),
        ["checkpoint with a short root hash"] = Checkpoint("size or root", text => Signed(text.Replace("=\n\n", "A\n\n", StringComparison.Ordinal)[..])),
        ["Rekor v2: no timestamp"] = V2(SigstoreCheckKind.Time, "0 times", r => r.Stamped = false),
        ["Rekor v2: a time that nobody signed"] = new(SigstoreCheckKind.Time, "0 times")
        {
            Recipe = r =>
            {
                HostileCase.V2(r);
                r.Stamped = false;
            },
            Bundle = b => b.Entry()["integratedTime"] = "1795226400",
        },
        ["Rekor v2: log was over at the timestamp"] = new(Log, "not trusted when")
        {
            Recipe = HostileCase.V2,
            Root = root => root.Period("tlogs", 1)["end"] = "2026-11-21T01:59:59Z",
        },
        ["Rekor v2: entry's index is not the proof's"] = new(Log, "another index")
        {
            Recipe = HostileCase.V2,
            Bundle = b => b.Entry()["logIndex"] = "6",
        },
        ["Rekor v2: another artifact"] = V2(Log, "another artifact", r => r.ChangeBody = b => b["spec"]!["hashedRekordV002"]!["data"]!.Flip("digest")),
        ["Rekor v2: another signature"] = V2(
            Log, "another signature", r => r.ChangeBody = b => b["spec"]!["hashedRekordV002"]!["signature"]!.Flip("content")),
        ["Rekor v2: another certificate"] = V2(
            Log,
            "another certificate",
            r => r.ChangeBody = b => b["spec"]!["hashedRekordV002"]!["signature"]!["verifier"]!["x509Certificate"]!.Flip("rawBytes")),
        ["Rekor v2: a key for the certificate"] = V2(Log, "another certificate", r => r.ChangeBody = b =>
        {
            var verifier = b["spec"]!["hashedRekordV002"]!["signature"]!["verifier"]!.AsObject();
            verifier["publicKey"] = verifier["x509Certificate"]!.DeepClone();
            verifier.Remove("x509Certificate");
        }),
        ["Rekor v2: another envelope"] = V2(Log, "another envelope", r =>
        {
            r.AsEnvelope = true;
            r.ChangeBody = b => b["spec"]!["hashedRekordV002"]!["data"]!.Flip("digest");
        }),
        ["Rekor v2: another payload"] = V2(Log, "another envelope", r =>
        {
            (r.AsEnvelope, r.Entry) = (true, "dsse 0.0.2");
            r.ChangeBody = b => b["spec"]!["dsseV002"]!["payloadHash"]!.Flip("digest");
        }),
    };

    private static HostileCase Proof(string words, Action<System.Text.Json.Nodes.JsonObject> change) => new(Log, words) { Bundle = b => change(b.Proof()) };

    private static HostileCase Checkpoint(string words, Func<string, string> change) =>
        new(Log, words) { Recipe = r => r.ChangeCheckpoint = change };

    private static HostileCase V2(SigstoreCheckKind kind, string words, Action<BundleRecipe> change) => new(kind, words)
    {
        Recipe = r =>
        {
            HostileCase.V2(r);
            change(r);
        },
    };

    private static string Note(string checkpoint) => checkpoint[..(checkpoint.IndexOf("\n\n", StringComparison.Ordinal) + 1)];

    private static string Signed(string checkpoint) => Sign(checkpoint, TestWorld.Rekor1, TestWorld.Rekor1.Id);

    private static string Sign(string checkpoint, TestLog log, byte[] hint) => $"{Note(checkpoint)}\n{log.SignatureLine(Note(checkpoint), hint: hint)}";

    private static void FlipFirstHash(System.Text.Json.Nodes.JsonObject proof)
    {
        var hashes = proof["hashes"]!.AsArray();
        var bytes = Convert.FromBase64String(hashes[0]!.GetValue<string>());
        bytes[0] ^= 1;
        hashes[0] = Convert.ToBase64String(bytes);
    }
}
