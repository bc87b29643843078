namespace EdgeSync.Signing.Notation.Cbor;

/// <summary>A key of a map: a number or a text; one of both.</summary>
internal readonly record struct CborKey(long? Label, string? Name)
{
    public override string ToString() => Name ?? $"{Label}";
}
