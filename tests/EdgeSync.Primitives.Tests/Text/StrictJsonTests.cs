using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Text;

namespace EdgeSync.Primitives.Tests.Text;

public sealed partial class StrictJsonTests
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

    [Theory]
    [InlineData("{\"items\":[]}", "'name' is missing")]
    [InlineData("{\"name\":\"a\",\"items\":[{}]}", "'items[0].count' is missing")]
    [InlineData("{\"name\":\"a\",\"items\":[{\"count\":1},{\"count\":2,\"color\":3}]}", "'items[1].color' is not known")]
    [InlineData("{\"name\":null,\"items\":[]}", "'name' is null")]
    [InlineData("{\"name\":\"a\",\"items\":{}}", "'items' is not a list")]
    [InlineData("{\"name\":\"a\",\"items\":[7]}", "'items[0]' is not an object")]
    [InlineData("{\"name\":\"a\",\"items\":[],\"byKey\":{\"b\\u0000\":{\"count\":null}}}", "'byKey.b?.count' is null")]
    [InlineData("[]", "the document is not an object")]
    [InlineData("null", "the document is null")]
    [InlineData("{\"name\":\"a\",\"items\":[{\"count\":\"1\"}]}", "items[0].count is null, unknown, of another type, or lacks a member (line 1")]
    public void Read_OfAnotherShape_NamesTheMember(string json, string expected)
    {
        var failure = Assert.ThrowsAny<JsonException>(() => StrictJson.Read(Encoding.UTF8.GetBytes(json), ShapeContext.Default.Shape));

        Assert.StartsWith(expected, FaultText.Describe(failure), StringComparison.Ordinal);
    }

    [Fact]
    public void DescribeJson_OfASubject_SaysItOnce()
    {
        var cut = Assert.ThrowsAny<JsonException>(() => StrictJson.Read("{"u8, ShapeContext.Default.Shape));
        var without = Assert.ThrowsAny<JsonException>(() => StrictJson.Read("{\"items\":[]}"u8, ShapeContext.Default.Shape));

        Assert.Equal("the record is not valid JSON (line 1, column 2)", FaultText.DescribeJson("the record", cut));
        Assert.Equal("the record is not valid JSON: 'name' is missing", FaultText.DescribeJson("the record", without));
    }

    private static byte[] Nested(int depth) => Encoding.ASCII.GetBytes(new string('[', depth) + new string(']', depth));

    internal sealed record Shape
    {
        public required string Name { get; init; }

        public required IReadOnlyList<Item> Items { get; init; }

        public IReadOnlyDictionary<string, Item>? ByKey { get; init; }

        public string? Note { get; init; }
    }

    internal sealed record Item(int Count, string? Note = null);

    [JsonSourceGenerationOptions(
        PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true)]
    [JsonSerializable(typeof(Shape))]
    internal sealed partial class ShapeContext : JsonSerializerContext;
}
