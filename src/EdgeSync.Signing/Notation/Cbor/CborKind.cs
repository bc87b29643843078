namespace EdgeSync.Signing.Notation.Cbor;

/// <summary>What a value is: the major types of RFC 8949, section 3.1.</summary>
internal enum CborKind
{
    Unsigned,
    Negative,
    Bytes,
    Text,
    List,
    Map,
    Tag,
    Simple,
}
