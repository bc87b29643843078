using EdgeSync.Signing.Notation;
using EdgeSync.Signing.Tests.Notation.World;
using static EdgeSync.Signing.Tests.Notation.World.CborText;

namespace EdgeSync.Signing.Tests.Notation;

/// <summary>What can be wrong with COSE alone: its CBOR, its labels, and the forms of it that the specification does not use.</summary>
internal static class CoseCases
{
    private const string Prefix = EnvelopeRecipe.Prefix;

    // Which rule of the canonical form is broken is tested with CanonicalCbor.
    private const string NotCanonical = "damaged or not in its canonical form";

    public static IReadOnlyDictionary<string, NotationCase> All { get; } = new Dictionary<string, NotationCase>
    {
        ["without the tag"] = Envelope("is a list, but must be a tag", e => e[1..]),
        ["with the tag of COSE_Sign"] = Envelope("has the tag 98, not 18", e => [.. Head(6, 98), .. e[1..]]),
        ["with the tag twice"] = Envelope("is a tag, but must be a list", e => [0xd2, .. e]),
        ["with a tag in a longer form"] = Envelope(NotCanonical, e => [.. Head(6, 18, 1), .. e[1..]]),
        ["of three parts"] = Envelope("not a tagged COSE_Sign1", e => [e[0], 0x83, .. e[2..]]),
        ["of five parts"] = Envelope("not a tagged COSE_Sign1", e => [e[0], 0x85, .. e[2..], 0x40]),
        ["of indefinite length"] = Envelope(NotCanonical, e => [e[0], 0x9f, .. e[2..], 0xff]),
        ["of a length that cannot be"] = Envelope(NotCanonical, e => [e[0], .. Head(4, uint.MaxValue)]),
        ["with a head that is reserved"] = Envelope(NotCanonical, e => [e[0], 0x9c, .. e[2..]]),
        ["with a payload that is detached"] = Envelope("is of another kind, but must be bytes", _ => Whole(Bytes(Good), Certificates, [0xf6], Bytes([1]))),
        ["with a protected header that is no bytes"] = Envelope("is a map, but must be bytes", _ => Whole(Map([]), Map([]), Bytes([]), Bytes([1]))),
        ["with an empty protected header"] = Envelope(NotCanonical, _ => Whole(Bytes([]), Map([]), Bytes([]), Bytes([1]))),
        ["protected header that is a list"] = Protected("is a list, but must be a map", _ => List()),
        ["protected header with bytes behind it"] = Protected("bytes after", b => [.. b, 0]),
        ["protected header of indefinite length"] = Protected(NotCanonical, b => [0xbf, .. b[1..], 0xff]),
        ["protected header in a longer form"] = Protected(NotCanonical, b => [.. Head(5, (ulong)(b[0] & 0x1f), 1), .. b[1..]]),
        ["headers in another order"] = Protected(NotCanonical, _ => Map([(Number(3), Utf8("x")), (Number(2), List())])),
        ["algorithm twice"] = Protected(NotCanonical, _ => Map([(Number(1), Number(-7)), (Number(1), Number(-7))])),
        ["key that is bytes"] = Protected("neither a number nor a text", _ => Map([(Bytes([1]), Number(1))])),
        ["key in a longer form"] = Protected(NotCanonical, _ => Map([(Head(0, 1, 1), Number(-7))])),
        ["key that is no UTF-8"] = Protected(NotCanonical, _ => Map([([0x62, 0xc3, 0x28], Number(1))])),
        ["algorithm as text"] = Pairs("is text, but must be a whole number", p => p[0] = (Number(1), Utf8("ES256"))),
        ["no algorithm member"] = Pairs("algorithm is missing", p => p.RemoveAt(0)),
        ["no critical headers"] = Pairs("signingScheme' is not marked", p => p.RemoveAt(1)),
        ["critical header by number"] = Pairs("critical header '3' is not known", p => p[1] = (Number(2), List(Utf8(Prefix + "signingScheme"), Number(3)))),
        ["critical header that is a list"] = Pairs("is a list, but must be a whole number", p => p[1] = (Number(2), List(List()))),
        ["content type by number"] = Pairs("is a whole number, but must be text", p => p[2] = (Number(3), Number(50))),
        ["no content type"] = Pairs("content type is not", p => p.RemoveAt(2)),
        ["key identifier"] = Pairs("label 4, which has no place", p => p.Add((Number(4), Bytes([1])))),
        ["certificates that are signed"] = Pairs("label 33, which has no place", p => p.Add((Number(33), List(Bytes([1]))))),
        ["certificates to be fetched"] = Pairs("label 35, which has no place", p => p.Add((Number(35), Utf8("https://keys.example.com")))),
        ["signing time without a tag"] = Time("is a whole number, but must be a tag", Number(1)),
        ["signing time as text"] = Time("has the tag 0, not 1", Tag(0, Utf8("2026-11-21T01:00:00Z"))),
        ["signing time with a fraction"] = Time("is of another kind, but must be a whole number", Tag(1, [0xfb, 0x41, 0xd9, 0, 0, 0, 0, 0, 0])),
        ["signing time before 1970"] = Time("out of all bounds", Tag(1, Number(-1))),
        ["signing time behind all years"] = Time("out of all bounds", Tag(1, Number(long.MaxValue))),
        ["signing time of more than 63 bits"] = Time("fit into 64 bits", Tag(1, Head(0, ulong.MaxValue))),
        ["extended header that nests too deep"] = Pairs("nests deeper", p => p.Add((Utf8("x"), [.. Enumerable.Repeat((byte)0x81, 20), 0]))),
        ["extended header with a doubled key"] = Pairs(NotCanonical, p => p.Add((Utf8("x"), Map([(Utf8("a"), Number(1)), (Utf8("a"), Number(2))])))),
        ["extended header with a floating point number"] = Pairs("floating point", p => p.Add((Utf8("x"), [0xf9, 0, 0]))),
        ["extended header with a length that cannot be"] = Pairs(NotCanonical, p => p.Add((Utf8("x"), Head(4, 1UL << 40)))),
        ["unprotected header that is a list"] = Envelope("is a list, but must be a map", e => Whole(Bytes(Good), List(), Bytes([]), Bytes([1]))),
        ["algorithm in the unprotected header"] = Unprotected("unknown member '1'", u => u.Add((Number(1), Number(-7)))),
        ["unknown member in the unprotected header"] = Unprotected("unknown member 'extra'", u => u.Add((Utf8("extra"), Number(1)))),
        ["no certificates member"] = Unprotected("x5chain) are missing", u => u.RemoveAt(0)),
        ["one certificate outside a list"] = Unprotected("is bytes, but must be a list", u => u[0] = (Number(33), Bytes([1]))),
        ["certificate as text"] = Unprotected("is text, but must be bytes", u => u[0] = (Number(33), List(Utf8("MII")))),
        ["agent that is a number"] = Unprotected("is a whole number, but must be text", u => u[1] = (u[1].Key, Number(1))),
    };

    private static byte[] Good => Protect();

    private static byte[] Certificates => Map([(Number(33), List(Bytes([1])))]);

    private static NotationCase Envelope(string words, Func<byte[], byte[]> change) => Is(words, r => r.Change = change);

    private static NotationCase Protected(string words, Func<byte[], byte[]> change) => Is(words, r => r.ChangeProtectedBytes = change);

    private static NotationCase Pairs(string words, Action<List<(byte[] Key, byte[] Value)>> change) => Is(words, r => r.ChangePairs = change);

    private static NotationCase Unprotected(string words, Action<List<(byte[] Key, byte[] Value)>> change) => Is(words, r => r.ChangeUnprotected = change);

    private static NotationCase Time(string words, byte[] value) => Is(words, r =>
    {
        r.SigningTime = null;
        r.ChangePairs = p => p.Add((Utf8(Prefix + "signingTime"), value));
    });

    private static NotationCase Is(string words, Action<EnvelopeRecipe> recipe) =>
        new(NotationCheckKind.Integrity, words) { Recipe = recipe, Only = NotationCase.Cose };

    private static byte[] Whole(params byte[][] parts) => Tag(18, List(parts));

    private static byte[] Protect()
    {
        byte[] kept = [];
        new EnvelopeRecipe { ChangeProtectedBytes = b => kept = b }.Make(NotationCase.Cose);
        return kept;
    }
}
