using System.Text;
using System.Text.Json;
using EdgeSync.Primitives.Text;

namespace EdgeSync.Primitives.Tests.Text;

public sealed class StrictJsonTests
{
    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData(" { \"a\" : [ {\"a\":1}, {\"a\":2} ], \"b\" : {\"a\":null} } \r\n")]
    public void Check_ValidJson_Passes(string json) => StrictJson.Check(Encoding.UTF8.GetBytes(json));

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("{")]
    [InlineData("{}}")]
    [InlineData("{} {}")]
    [InlineData("{}\0")]
    [InlineData("\uFEFF{}")]
    [InlineData("{\"a\":1,}")]
    [InlineData("[1,]")]
    [InlineData("{a:1}")]
    [InlineData("{'a':1}")]
    [InlineData("{\"a\":01}")]
    [InlineData("{\"a\":+1}")]
    [InlineData("{\"a\":1.}")]
    [InlineData("{\"a\":NaN}")]
    [InlineData("{\"a\":\"\t\"}")]
    [InlineData("{\"a\":\"\\x41\"}")]
    [InlineData("// c\n{}")]
    [InlineData("{}/* c */")]
    [InlineData("True")]
    public void Check_NotJson_IsRefused(string json) =>
        Assert.ThrowsAny<JsonException>(() => StrictJson.Check(Encoding.UTF8.GetBytes(json)));

    [Theory]
    [InlineData("{\"a\":1,\"a\":2}")]
    [InlineData("{\"a\":1,\"A\":2}")]
    [InlineData("{\"a\":1,\"\\u0061\":2}")]
    [InlineData("{\"x\":[{\"a\":1,\"b\":{},\"a\":2}]}")]
    [InlineData("{\"\":1,\"\":2}")]
    [InlineData("{\"stra\\u00dfe\":1,\"STRA\\u00dfE\":2}")]
    public void Check_MemberTwice_IsRefusedByName(string json)
    {
        var failure = Assert.ThrowsAny<JsonException>(() => StrictJson.Check(Encoding.UTF8.GetBytes(json)));

        Assert.Contains("appears twice", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_NestingAtTheLimit_PassesAndOneMoreIsRefused()
    {
        StrictJson.Check(Nested(StrictJson.MaxDepth));

        Assert.ThrowsAny<JsonException>(() => StrictJson.Check(Nested(StrictJson.MaxDepth + 1)));
        Assert.ThrowsAny<JsonException>(() => StrictJson.Check(Nested(1_000_000)));
    }

    [Theory]
    [InlineData("{\"\\ud800\":1}")]
    [InlineData("{\"a\":{\"\\udc00x\":1}}")]
    public void Check_LoneSurrogateInAName_IsRefused(string json) =>
        Assert.ThrowsAny<JsonException>(() => StrictJson.Check(Encoding.UTF8.GetBytes(json)));

    [Theory]
    [InlineData("\"\\ud800\"")]
    [InlineData("{\"a\":\"\\udc00\\ud800\"}")]
    public void Check_LoneSurrogateInAValue_IsRefused(string json) =>
        Assert.ThrowsAny<JsonException>(() => StrictJson.Check(Encoding.UTF8.GetBytes(json)));

    [Theory]
    [InlineData(new byte[] { 0x22, 0xFF, 0x22 })]
    [InlineData(new byte[] { 0x22, 0xC0, 0x80, 0x22 })]
    [InlineData(new byte[] { 0x22, 0xED, 0xA0, 0x80, 0x22 })]
    [InlineData(new byte[] { 0x7B, 0x22, 0xFF, 0x22, 0x3A, 0x31, 0x7D })]
    public void Check_NotUtf8_IsRefused(byte[] json) => Assert.ThrowsAny<JsonException>(() => StrictJson.Check(json));

    private static byte[] Nested(int depth) => Encoding.ASCII.GetBytes(new string('[', depth) + new string(']', depth));
}
