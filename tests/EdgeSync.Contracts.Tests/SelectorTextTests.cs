using EdgeSync.Contracts.Releases;

namespace EdgeSync.Contracts.Tests;

public sealed class SelectorTextTests
{
    [Theory]
    [InlineData("ring=1", "ring", LabelOperator.In, "1")]
    [InlineData("ring==1", "ring", LabelOperator.In, "1")]
    [InlineData("ring != 1", "ring", LabelOperator.NotIn, "1")]
    [InlineData("ring in (1, 2)", "ring", LabelOperator.In, "1,2")]
    [InlineData("ring notin (1)", "ring", LabelOperator.NotIn, "1")]
    [InlineData("example.com/ring", "example.com/ring", LabelOperator.Exists, null)]
    [InlineData("!frozen", "frozen", LabelOperator.DoesNotExist, null)]
    public void TryParse_Valid_IsARequirement(string text, string key, LabelOperator op, string? values)
    {
        var requirement = SelectorText.TryParse(text)!;

        Assert.Equal((key, op, values), (requirement.Key, requirement.Operator, requirement.Values is null ? null : string.Join(',', requirement.Values)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("=1")]
    [InlineData("ring=")]
    [InlineData("ring in 1,2")]
    [InlineData("ring in ()")]
    [InlineData("ring in (1,)")]
    [InlineData("a b")]
    [InlineData("a=b=c")]
    public void TryParse_Invalid_IsNull(string text) => Assert.Null(SelectorText.TryParse(text));

    [Theory]
    [InlineData("ring=1", true)]
    [InlineData("ring=1,country=de", true)]
    [InlineData("country in (nl, de),!frozen", true)]
    [InlineData("ring=1, country!=de", false)]
    [InlineData("", true)]
    public void TryParseAll_Valid_ChoosesSites(string text, bool expected) =>
        Assert.Equal(expected, SelectorText.TryParseAll(text)!.Matches(new Dictionary<string, string> { ["ring"] = "1", ["country"] = "de" }));

    [Theory]
    [InlineData("ring=1,")]
    [InlineData(",")]
    [InlineData("country in (nl,de")]
    [InlineData("ring=1;country=de)")]
    public void TryParseAll_Invalid_IsNull(string text) => Assert.Null(SelectorText.TryParseAll(text));
}
