using EdgeSync.Signing.Notation.Envelopes;

namespace EdgeSync.Signing.Tests.Notation;

public sealed class CanonicalCborTests
{
    // RFC 8949, appendix A.
    [Theory]
    [InlineData("00", 0)]
    [InlineData("01", 1)]
    [InlineData("17", 23)]
    [InlineData("1818", 24)]
    [InlineData("1864", 100)]
    [InlineData("1903e8", 1000)]
    [InlineData("1a000f4240", 1000000)]
    [InlineData("1b000000e8d4a51000", 1000000000000)]
    [InlineData("1b7fffffffffffffff", long.MaxValue)]
    [InlineData("20", -1)]
    [InlineData("3863", -100)]
    [InlineData("3903e7", -1000)]
    [InlineData("3b7fffffffffffffff", long.MinValue)]
    public void ReadInteger_Number_Read(string hex, long value)
    {
        var reader = new CanonicalCbor(Convert.FromHexString(hex));

        Assert.Equal(value, reader.ReadInteger());
        reader.End();
    }

    [Theory]
    [InlineData("60", "")]
    [InlineData("6161", "a")]
    [InlineData("62225c", "\"\\")]
    [InlineData("62c3bc", "\u00fc")]
    [InlineData("63e6b0b4", "\u6c34")]
    [InlineData("64f0908591", "\ud800\udd51")]
    public void ReadText_Text_Read(string hex, string value)
    {
        var reader = new CanonicalCbor(Convert.FromHexString(hex));

        Assert.Equal(value, reader.ReadText(100));
        reader.End();
    }

    [Theory]
    [InlineData("80")]
    [InlineData("83010203")]
    [InlineData("8301820203820405")]
    [InlineData("a0")]
    [InlineData("a201020304")]
    [InlineData("a26161016162820203")]
    [InlineData("826161a161626163")]
    [InlineData("c11a514b67b0")]
    [InlineData("d818456449455446")]
    [InlineData("f4")]
    [InlineData("f6")]
    [InlineData("f7")]
    public void Skip_CompleteValue_IsAccepted(string hex)
    {
        var reader = new CanonicalCbor(Convert.FromHexString(hex));

        reader.Skip();
        reader.End();
    }

    [Theory]
    [InlineData("", "Unexpected end")]
    [InlineData("18", "Unexpected end")]
    [InlineData("1b0000", "Unexpected end")]
    [InlineData("41", "exceeds available buffer")]
    [InlineData("5b7fffffffffffffff", "exceeds available buffer")]
    [InlineData("9affffffff", "exceeds available buffer")]
    [InlineData("bbffffffffffffffff", "exceeds available buffer")]
    [InlineData("8201", "exceeds available buffer")]
    [InlineData("a101", "exceeds available buffer")]
    [InlineData("c1", "Unexpected end")]
    [InlineData("1817", "non-canonical integer")]
    [InlineData("190018", "non-canonical integer")]
    [InlineData("1a00000100", "non-canonical integer")]
    [InlineData("1b0000000000010000", "non-canonical integer")]
    [InlineData("5800", "non-canonical integer")]
    [InlineData("9800", "non-canonical integer")]
    [InlineData("d80100", "non-canonical integer")]
    [InlineData("5f42010243030405ff", "indefinite-length")]
    [InlineData("7f657374726561646d696e67ff", "indefinite-length")]
    [InlineData("9fff", "indefinite-length")]
    [InlineData("bf61610161629f0203ffff", "indefinite-length")]
    [InlineData("1c", "invalid integer encoding")]
    [InlineData("5e", "invalid integer encoding")]
    [InlineData("ff", "break byte")]
    [InlineData("f0", "unknown simple value")]
    [InlineData("f818", "simple values in the range")]
    [InlineData("f93c00", "unknown simple value")]
    [InlineData("fb3ff199999999999a", "unknown simple value")]
    [InlineData("1bffffffffffffffff", "64 bits")]
    [InlineData("3bffffffffffffffff", "64 bits")]
    [InlineData("62c328", "UTF-8")]
    [InlineData("63eda080", "UTF-8")]
    [InlineData("a201020103", "duplicate keys")]
    [InlineData("a203040102", "not sorted")]
    [InlineData("a2616201616102", "not sorted")]
    [InlineData("0000", "bytes after")]
    [InlineData("81818181818181818100", "nests deeper")]
    public void Skip_ValueWithAFault_ReportsTheFault(string hex, string words)
    {
        var failure = Assert.Throws<FormatException>(() =>
        {
            var reader = new CanonicalCbor(Convert.FromHexString(hex));
            reader.Skip();
            reader.End();
        });

        // What .NET's reader found is the inner exception: its words are not for operators.
        Assert.Contains(words, $"{failure.Message} ({failure.InnerException?.Message})", StringComparison.Ordinal);
    }
}
