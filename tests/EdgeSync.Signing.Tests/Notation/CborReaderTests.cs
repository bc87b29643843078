using EdgeSync.Signing.Notation.Cbor;
using EdgeSync.Signing.Tests.Notation.World;

namespace EdgeSync.Signing.Tests.Notation;

public sealed class CborReaderTests
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
        var reader = new CborReader(Convert.FromHexString(hex));

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
        var reader = new CborReader(Convert.FromHexString(hex));

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
    public void Skip_WholeValue_Passed(string hex)
    {
        var reader = new CborReader(Convert.FromHexString(hex));

        reader.Skip();
        reader.End();
    }

    [Theory]
    [InlineData("", "cut short")]
    [InlineData("18", "cut short")]
    [InlineData("1b0000", "cut short")]
    [InlineData("41", "cut short")]
    [InlineData("5b7fffffffffffffff", "cut short")]
    [InlineData("9affffffff", "cut short")]
    [InlineData("bbffffffffffffffff", "cut short")]
    [InlineData("8201", "cut short")]
    [InlineData("a101", "cut short")]
    [InlineData("c1", "cut short")]
    [InlineData("1817", "shortest")]
    [InlineData("190018", "shortest")]
    [InlineData("1a00000100", "shortest")]
    [InlineData("1b0000000000010000", "shortest")]
    [InlineData("5800", "shortest")]
    [InlineData("9800", "shortest")]
    [InlineData("d80100", "shortest")]
    [InlineData("5f42010243030405ff", "no definite length")]
    [InlineData("7f657374726561646d696e67ff", "no definite length")]
    [InlineData("9fff", "no definite length")]
    [InlineData("bf61610161629f0203ffff", "no definite length")]
    [InlineData("1c", "reserved")]
    [InlineData("5e", "reserved")]
    [InlineData("ff", "simple kind")]
    [InlineData("f0", "simple kind")]
    [InlineData("f818", "simple kind")]
    [InlineData("f93c00", "simple kind")]
    [InlineData("fb3ff199999999999a", "simple kind")]
    [InlineData("1bffffffffffffffff", "64 bits")]
    [InlineData("3bffffffffffffffff", "64 bits")]
    [InlineData("62c328", "UTF-8")]
    [InlineData("63eda080", "UTF-8")]
    [InlineData("a201020103", "twice")]
    [InlineData("a203040102", "ascending order")]
    [InlineData("a2616201616102", "ascending order")]
    [InlineData("0000", "behind")]
    [InlineData("81818181818181818100", "nests deeper")]
    public void Skip_ValueWithAFault_SaysWhich(string hex, string words)
    {
        var failure = Assert.Throws<FormatException>(() =>
        {
            var reader = new CborReader(Convert.FromHexString(hex));
            reader.Skip();
            reader.End();
        });

        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SigningInput_AnyLength_IsWhatAnIndependentWriterMakes()
    {
        foreach (var length in new[] { 0, 1, 23, 24, 255, 256, 65535, 65536 })
        {
            var (header, payload) = (new byte[length], new byte[length / 2]);
            Array.Fill(payload, (byte)7);

            Assert.Equal(
                CborText.List(CborText.Utf8("Signature1"), CborText.Bytes(header), CborText.Bytes([]), CborText.Bytes(payload)),
                CoseSigningInput.Of(header, payload));
        }
    }
}
