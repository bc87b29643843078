using EdgeSync.Contracts.Releases;

namespace EdgeSync.Contracts.Tests;

public sealed class LabelSelectorTests
{
    private static readonly Dictionary<string, string> Site = new() { ["ring"] = "1", ["country"] = "de" };

    [Theory]
    [InlineData("ring", "1", true)]
    [InlineData("ring", "2", false)]
    [InlineData("size", "1", false)]
    [InlineData("Ring", "1", false)]
    public void Matches_Label_NeedsTheSameKeyAndValue(string key, string value, bool expected) =>
        Assert.Equal(expected, new LabelSelector { MatchLabels = new Dictionary<string, string> { [key] = value } }.Matches(Site));

    [Theory]
    [InlineData("country", LabelOperator.In, "de,nl", true)]
    [InlineData("country", LabelOperator.In, "fr", false)]
    [InlineData("size", LabelOperator.In, "de", false)]
    [InlineData("country", LabelOperator.NotIn, "de", false)]
    [InlineData("country", LabelOperator.NotIn, "fr", true)]
    [InlineData("size", LabelOperator.NotIn, "big", true)]
    [InlineData("country", LabelOperator.Exists, null, true)]
    [InlineData("size", LabelOperator.Exists, null, false)]
    [InlineData("country", LabelOperator.DoesNotExist, null, false)]
    [InlineData("size", LabelOperator.DoesNotExist, null, true)]
    [InlineData("country", (LabelOperator)99, "de", false)]
    public void Matches_Expression_MeansWhatKubernetesMeans(string key, LabelOperator op, string? values, bool expected) =>
        Assert.Equal(expected, new LabelSelector { MatchExpressions = [new(key, op, values?.Split(','))] }.Matches(Site));

    [Fact]
    public void Matches_SeveralRequirements_NeedsAll()
    {
        var selector = new LabelSelector
        {
            MatchLabels = new Dictionary<string, string> { ["ring"] = "1" },
            MatchExpressions = [new("country", LabelOperator.In, ["de"]), new("size", LabelOperator.Exists)],
        };

        Assert.False(selector.Matches(Site));
        Assert.True(selector.Matches(new Dictionary<string, string>(Site) { ["size"] = "big" }));
    }

    [Theory]
    [InlineData("ring=1", "ring=2", true)]
    [InlineData("ring=1", "ring=1", false)]
    [InlineData("ring=1", "country=de", false)]
    [InlineData("ring=1", null, false)]
    public void Excludes_Another_OnlyWhereBothWantDifferentValuesOfOneLabel(string left, string? right, bool expected) =>
        Assert.Equal(expected, Of(left).Excludes(right is null ? null : Of(right)));

    private static LabelSelector Of(string pair) => new() { MatchLabels = new Dictionary<string, string> { [pair.Split('=')[0]] = pair.Split('=')[1] } };
}
