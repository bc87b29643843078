using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using EdgeSync.Signing.Envelopes;

namespace EdgeSync.Signing.Tests.Sigstore.World;

/// <summary>A valid bundle; a case can change every part.</summary>
internal sealed class BundleRecipe
{
    public static readonly byte[] Artifact = "the shop's image"u8.ToArray();

    /// <summary>The signed content if the bundle has no envelope.</summary>
    public byte[] Content { get; set; } = Artifact;

    public string MediaType { get; set; } = "application/vnd.dev.sigstore.bundle.v0.3+json";

    public LeafRecipe Leaf { get; } = new();

    public TokenRecipe Token { get; } = new();

    public TestAuthority Authority { get; set; } = TestWorld.Authority;

    public AsymmetricAlgorithm Key { get; set; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public HashAlgorithmName Hash { get; set; } = HashAlgorithmName.SHA256;

    public bool ByKey { get; set; }

    public bool AsEnvelope { get; set; }

    public string PayloadType { get; set; } = "application/vnd.in-toto+json";

    public string Statement { get; set; } =
        $$$"""{"_type":"https://in-toto.io/Statement/v1","subject":[{"digest":{"sha256":"{{{Convert.ToHexStringLower(SHA256.HashData(Artifact))}}}"},"annotations":{"env":"prod"}}],"predicateType":"https://sigstore.dev/cosign/sign/v1","predicate":{"a":1}}""";

    /// <summary>For example "hashedrekord 0.0.1"; empty for no entry.</summary>
    public string Entry { get; set; } = "hashedrekord 0.0.1";

    public TestLog Log { get; set; } = TestWorld.Rekor1;

    public bool Promise { get; set; } = true;

    public bool Proof { get; set; } = true;

    public DateTimeOffset LoggedAt { get; set; } = TestWorld.Now;

    public bool Stamped { get; set; }

    public int Index { get; set; } = 5;

    public int TreeSize { get; set; } = 11;

    public Func<byte[], byte[]> ChangeSignature { get; set; } = signature => signature;

    public Action<JsonNode> ChangeBody { get; set; } = _ => { };

    public Func<string, string> ChangeCheckpoint { get; set; } = text => text;

    public JsonNode Make()
    {
        var payload = Encoding.UTF8.GetBytes(Statement);
        var signed = AsEnvelope ? PreAuthenticationEncoding.Of(PayloadType, payload) : Content;
        var signature = ChangeSignature(Sign(signed));
        var verifier = ByKey ? Spki() : Leaf.Issue(Key, Authority);
        var envelope = new JsonObject
        {
            ["payload"] = Convert.ToBase64String(payload),
            ["payloadType"] = PayloadType,
            ["signatures"] = new JsonArray(new JsonObject { ["sig"] = Convert.ToBase64String(signature), ["keyid"] = "" }),
        };
        var material = new JsonObject { ["tlogEntries"] = new JsonArray() };
        var old = !MediaType.Contains("0.3", StringComparison.Ordinal);
        var raw = new JsonObject { ["rawBytes"] = Convert.ToBase64String(verifier) };
        if (ByKey)
        {
            material["publicKey"] = new JsonObject { ["hint"] = "key" };
        }
        else if (old)
        {
            material["x509CertificateChain"] = new JsonObject { ["certificates"] = new JsonArray(raw) };
        }
        else
        {
            material["certificate"] = raw;
        }

        if (Entry.Length > 0)
        {
            material["tlogEntries"]!.AsArray().Add(MakeEntry(signed, payload, signature, verifier, TestWorld.Bytes(envelope)));
        }

        if (Stamped)
        {
            material["timestampVerificationData"] = new JsonObject
            {
                ["rfc3161Timestamps"] = new JsonArray(new JsonObject { ["signedTimestamp"] = Convert.ToBase64String(Token.Make(signature)) }),
            };
        }

        var bundle = new JsonObject { ["mediaType"] = MediaType, ["verificationMaterial"] = material };
        if (AsEnvelope)
        {
            bundle["dsseEnvelope"] = envelope;
        }
        else
        {
            bundle["messageSignature"] = new JsonObject
            {
                ["messageDigest"] = new JsonObject
                {
                    ["algorithm"] = "SHA2_256",
                    ["digest"] = Convert.ToBase64String(SHA256.HashData(Content)),
                },
                ["signature"] = Convert.ToBase64String(signature),
            };
        }

        return bundle;
    }

    public byte[] Spki() => Key switch
    {
        ECDsa ecdsa => ecdsa.ExportSubjectPublicKeyInfo(),
        RSA rsa => rsa.ExportSubjectPublicKeyInfo(),
        _ => throw new InvalidOperationException(),
    };

    private byte[] Sign(byte[] signed) => Key switch
    {
        ECDsa ecdsa => ecdsa.SignData(signed, Hash, DSASignatureFormat.Rfc3279DerSequence),
        RSA rsa => rsa.SignData(signed, Hash, RSASignaturePadding.Pkcs1),
        _ => throw new InvalidOperationException(),
    };

    private JsonObject MakeEntry(byte[] signed, byte[] payload, byte[] signature, byte[] verifier, byte[] envelope)
    {
        var parts = Entry.Split(' ');
        var body = new JsonObject
        {
            ["apiVersion"] = parts[1],
            ["kind"] = parts[0],
            ["spec"] = EntrySpec.Make(Entry, signed, payload, signature, verifier, ByKey, envelope),
        };
        ChangeBody(body);
        var bytes = TestWorld.Bytes(body);
        var leaves = Enumerable.Range(0, TreeSize).Select(i => i == Index ? bytes : [(byte)i]).ToList();
        var root = TestTree.Head(leaves);
        var time = LoggedAt.ToUnixTimeSeconds();
        var entry = new JsonObject
        {
            ["logIndex"] = $"{Index}",
            ["logId"] = new JsonObject { ["keyId"] = Convert.ToBase64String(Log.Id) },
            ["kindVersion"] = new JsonObject { ["kind"] = parts[0], ["version"] = parts[1] },
            ["canonicalizedBody"] = Convert.ToBase64String(bytes),
        };
        if (Promise)
        {
            entry["integratedTime"] = $"{time}";
            entry["inclusionPromise"] = new JsonObject
            {
                ["signedEntryTimestamp"] = Convert.ToBase64String(Log.Promise(bytes, time, Index)),
            };
        }

        if (Proof)
        {
            entry["inclusionProof"] = new JsonObject
            {
                ["logIndex"] = $"{Index}",
                ["rootHash"] = Convert.ToBase64String(root),
                ["treeSize"] = $"{TreeSize}",
                ["hashes"] = new JsonArray([.. TestTree.Path(Index, leaves).Select(h => (JsonNode)Convert.ToBase64String(h))]),
                ["checkpoint"] = new JsonObject { ["envelope"] = ChangeCheckpoint(Log.Checkpoint(TreeSize, root)) },
            };
        }

        return entry;
    }
}
