using EdgeSync.Bundles.Values;

namespace EdgeSync.Bundles.Tests.Values;

public sealed class ValueDeclarationTests
{
    private static readonly ValueDeclaration Whole = new() { Type = DeclaredType.WholeNumber, Minimum = 1, Maximum = 5 };
    private static readonly ValueDeclaration Number = new() { Type = DeclaredType.Number };
    private static readonly ValueDeclaration Flag = new() { Type = DeclaredType.Flag };

    [Theory]
    [InlineData("3", null)]
    [InlineData("0", "must be at least 1, and is '0'")]
    [InlineData("6", "must be at most 5, and is '6'")]
    [InlineData("03", "must be a whole number, and is '03'")]
    [InlineData("+3", "must be a whole number, and is '+3'")]
    [InlineData("3.0", "must be a whole number, and is '3.0'")]
    [InlineData("", "must be a whole number, and is ''")]
    [InlineData("9223372036854775808", "must be a whole number, and is '9223372036854775808'")]
    public void FindProblem_WholeNumber_IsInItsBounds(string text, string? expected) => Assert.Equal(expected, Whole.FindProblem(text));

    [Theory]
    [InlineData("0.5", true)]
    [InlineData("-0.5", true)]
    [InlineData("10", true)]
    [InlineData(".5", false)]
    [InlineData("5.", false)]
    [InlineData("00.5", false)]
    [InlineData("1e3", false)]
    [InlineData("NaN", false)]
    public void FindProblem_Number_IsOneOfJson(string text, bool fits) => Assert.Equal(fits, Number.FindProblem(text) is null);

    [Theory]
    [InlineData("true", true)]
    [InlineData("false", true)]
    [InlineData("yes", false)]
    [InlineData("True", false)]
    public void FindProblem_Boolean_IsTrueOrFalse(string text, bool fits) => Assert.Equal(fits, Flag.FindProblem(text) is null);

    [Fact]
    public void FindProblem_PatternAndChoices_AreChecked()
    {
        var text = new ValueDeclaration { Pattern = "^[a-z]+$" };

        Assert.Null(text.FindProblem("north"));
        Assert.Equal("must match the pattern ^[a-z]+$, and is 'North'", text.FindProblem("North"));
        Assert.Equal("must be one of a, b, and is 'c'", new ValueDeclaration { Enum = ["a", "b"] }.FindProblem("c"));
        Assert.Equal("has 65537 characters; at most 65536 are accepted", text.FindProblem(new string('a', 65_537)));
    }

    [Fact]
    public void FindProblem_OfASecret_DoesNotShowIt()
    {
        var problem = new ValueDeclaration { Secret = true, Pattern = "^[0-9]+$" }.FindProblem("hunter2");

        Assert.NotNull(problem);
        Assert.DoesNotContain("hunter2", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("3", "3")]
    [InlineData("5", "5")]
    public void ToJson_WholeNumber_IsANumber(string text, string json) => Assert.Equal(json, Whole.ToJson(text).ToJsonString());

    [Fact]
    public void ToJson_OfEachType_IsItsJson()
    {
        Assert.Equal("0.50", Number.ToJson("0.50").ToJsonString());
        Assert.Equal("true", Flag.ToJson("true").ToJsonString());
        Assert.Equal("\"3\"", new ValueDeclaration().ToJson("3").ToJsonString());
    }

    [Fact]
    public void OfLabel_LabelWithOtherCharacters_IsAName()
    {
        Assert.Equal("LABEL_example_com_ring", ValueName.OfLabel("example.com/ring"));
        Assert.True(ValueName.IsValid(ValueName.OfLabel("a-b")));
    }
}
