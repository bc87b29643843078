using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using EdgeSync.Oci.Manifests;
using EdgeSync.Signing.Tests.Sigstore.World;

namespace EdgeSync.Signing.Tests.Notation.World;

/// <summary>A valid signature envelope; a case can change every part, for JWS and COSE alike.</summary>
internal sealed class EnvelopeRecipe
{
    public const string Prefix = "io.cncf.notary.";
    public const string TimestampName = Prefix + "timestampSignature";

    public static readonly Descriptor Target = Descriptor.Of(MediaTypes.ImageIndex, "the shop's bundle"u8);

    public ChainRecipe Chain { get; } = new();

    /// <summary>Signs instead of the leaf's key.</summary>
    public AsymmetricAlgorithm? Key { get; set; }

    public string Algorithm { get; set; } = "ES256";

    public HashAlgorithmName Hash { get; set; } = HashAlgorithmName.SHA256;

    public string? ContentType { get; set; } = "application/vnd.cncf.notary.payload.v1+json";

    public string? Scheme { get; set; } = "notary.x509";

    public DateTimeOffset? SigningTime { get; set; } = TestWorld.Now.AddHours(-1);

    public DateTimeOffset? AuthenticTime { get; set; }

    public DateTimeOffset? Expiry { get; set; }

    /// <summary>More signed headers, with a text each.</summary>
    public Dictionary<string, string> More { get; } = [];

    public List<string> Critical { get; } = [Prefix + "signingScheme"];

    public string Payload { get; set; } =
        $$$$"""{"targetArtifact":{"mediaType":"{{{{Target.MediaType}}}}","digest":"{{{{Target.Digest}}}}","size":{{{{Target.Size}}}},"annotations":{"build":"17"}}}""";

    public TokenRecipe? Token { get; set; }

    public Func<byte[], byte[]> ChangeSignature { get; set; } = signature => signature;

    public Func<byte[], byte[]> ChangeToken { get; set; } = token => token;

    public Action<JsonNode> ChangeHeader { get; set; } = _ => { };

    public Action<JsonNode> ChangeJws { get; set; } = _ => { };

    public Func<string, string> ChangeProtectedText { get; set; } = text => text;

    public Action<List<(byte[] Key, byte[] Value)>> ChangePairs { get; set; } = _ => { };

    public Func<byte[], byte[]> ChangeProtectedBytes { get; set; } = bytes => bytes;

    public Action<List<(byte[] Key, byte[] Value)>> ChangeUnprotected { get; set; } = _ => { };

    /// <summary>The finished envelope.</summary>
    public Func<byte[], byte[]> Change { get; set; } = bytes => bytes;

    /// <summary>Signs with the time of a signing authority.</summary>
    public EnvelopeRecipe AsAuthority()
    {
        (Scheme, AuthenticTime, SigningTime) = ("notary.x509.signingAuthority", SigningTime, null);
        Critical.Add(Prefix + "authenticSigningTime");
        return this;
    }

    public EnvelopeRecipe Expiring(DateTimeOffset expiry)
    {
        Expiry = expiry;
        Critical.Add(Prefix + "expiry");
        return this;
    }

    public EnvelopeRecipe Stamped(Action<TokenRecipe>? change = null)
    {
        Token = new TokenRecipe();
        Token.Authorities.Add(TestWorld.TimestampRoot.Intermediate.RawData);
        change?.Invoke(Token);
        return this;
    }

    public byte[] Make(string mediaType) => Change(mediaType == "application/cose" ? MakeCose() : MakeJws());

    private byte[] MakeJws()
    {
        var header = new JsonObject { ["alg"] = Algorithm, ["crit"] = new JsonArray([.. Critical.Select(c => (JsonNode)c)]) };
        Add(header, "cty", ContentType);
        Add(header, Prefix + "signingScheme", Scheme);
        Add(header, Prefix + "signingTime", Rfc3339(SigningTime));
        Add(header, Prefix + "authenticSigningTime", Rfc3339(AuthenticTime));
        Add(header, Prefix + "expiry", Rfc3339(Expiry));
        foreach (var (name, value) in More)
        {
            header[name] = value;
        }

        ChangeHeader(header);
        var protectedText = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(ChangeProtectedText(header.ToJsonString())));
        var payloadText = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(Payload));
        var signature = Sign(Encoding.ASCII.GetBytes($"{protectedText}.{payloadText}"));
        var unprotected = new JsonObject
        {
            ["x5c"] = new JsonArray([.. Chain.Certificates.Select(c => (JsonNode)Convert.ToBase64String(c))]),
            [Prefix + "signingAgent"] = "test/1",
        };
        Add(unprotected, TimestampName, Stamp(signature) is { } token ? Convert.ToBase64String(token) : null);
        var envelope = new JsonObject
        {
            ["payload"] = payloadText,
            ["protected"] = protectedText,
            ["header"] = unprotected,
            ["signature"] = Base64Url.EncodeToString(signature),
        };
        ChangeJws(envelope);

        // With a plain + in base64, as other tools write it.
        return Encoding.UTF8.GetBytes(envelope.ToJsonString().Replace("\\u002B", "+", StringComparison.Ordinal));
    }

    private byte[] MakeCose()
    {
        var label = Algorithm switch
        {
            "PS256" => -37, "PS384" => -38, "PS512" => -39, "ES256" => -7, "ES384" => -35, "ES512" => -36, "HS256" => 5, "RS256" => -257, _ => 0,
        };
        var pairs = new List<(byte[] Key, byte[] Value)>
        {
            (CborText.Number(1), CborText.Number(label)),
            (CborText.Number(2), CborText.List([.. Critical.Select(CborText.Utf8)])),
        };
        if (ContentType is not null)
        {
            pairs.Add((CborText.Number(3), CborText.Utf8(ContentType)));
        }

        if (Scheme is not null)
        {
            pairs.Add((CborText.Utf8(Prefix + "signingScheme"), CborText.Utf8(Scheme)));
        }

        AddTime(pairs, "signingTime", SigningTime);
        AddTime(pairs, "authenticSigningTime", AuthenticTime);
        AddTime(pairs, "expiry", Expiry);
        pairs.AddRange(More.Select(m => (CborText.Utf8(m.Key), CborText.Utf8(m.Value))));
        ChangePairs(pairs);
        var protectedHeader = ChangeProtectedBytes(CborText.Sorted(pairs));
        var payload = Encoding.UTF8.GetBytes(Payload);
        var signature = Sign(CborText.List(CborText.Utf8("Signature1"), CborText.Bytes(protectedHeader), CborText.Bytes([]), CborText.Bytes(payload)));
        var unprotected = new List<(byte[] Key, byte[] Value)>
        {
            (CborText.Number(33), CborText.List([.. Chain.Certificates.Select(CborText.Bytes)])),
            (CborText.Utf8(Prefix + "signingAgent"), CborText.Utf8("test/1")),
        };
        if (Stamp(signature) is { } token)
        {
            unprotected.Add((CborText.Utf8(TimestampName), CborText.Bytes(token)));
        }

        ChangeUnprotected(unprotected);
        return CborText.Tag(18, CborText.List(
            CborText.Bytes(protectedHeader), CborText.Sorted(unprotected), CborText.Bytes(payload), CborText.Bytes(signature)));
    }

    private byte[]? Stamp(byte[] signature) => Token is null ? null : ChangeToken(Token.MakeToken(signature));

    private byte[] Sign(byte[] signed) => ChangeSignature((Key ?? Chain.Leaf.Key) switch
    {
        ECDsa ecdsa => ecdsa.SignData(signed, Hash),
        RSA rsa => rsa.SignData(signed, Hash, RSASignaturePadding.Pss),
        _ => throw new InvalidOperationException(),
    });

    private static void Add(JsonObject header, string name, string? value)
    {
        if (value is not null)
        {
            header[name] = value;
        }
    }

    private static void AddTime(List<(byte[] Key, byte[] Value)> pairs, string name, DateTimeOffset? time)
    {
        if (time is { } moment)
        {
            pairs.Add((CborText.Utf8(Prefix + name), CborText.Tag(1, CborText.Number(moment.ToUnixTimeSeconds()))));
        }
    }

    private static string? Rfc3339(DateTimeOffset? time) =>
        time?.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
