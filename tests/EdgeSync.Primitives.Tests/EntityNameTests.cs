namespace EdgeSync.Primitives.Tests;

public sealed class EntityNameTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("0")]
    [InlineData("store-17")]
    [InlineData("a--b")]
    public void IsValid_DnsLabel_IsTrue(string name) => Assert.True(EntityName.IsValid(name));

    [Fact]
    public void IsValid_Length_IsBounded()
    {
        Assert.True(EntityName.IsValid(new string('a', 63)));
        Assert.False(EntityName.IsValid(new string('a', 64)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("-a")]
    [InlineData("a-")]
    [InlineData("A")]
    [InlineData("a.b")]
    [InlineData("a/b")]
    [InlineData("a_b")]
    [InlineData("+")]
    [InlineData("#")]
    [InlineData("..")]
    [InlineData("a\n")]
    [InlineData("a\0")]
    [InlineData("ä")]
    [InlineData("а")]
    [InlineData("\u0661")]
    public void IsValid_UnsafeAsTopicOrFileOrTag_IsFalse(string? name) => Assert.False(EntityName.IsValid(name));
}
