using System.Text.Json;
using EdgeSync.Signing.Policies.Conditions;
using EdgeSync.Signing.Sigstore;
using EdgeSync.Signing.Tests.Verification;

namespace EdgeSync.Signing.Tests.Policies;

public sealed class PredicateConditionTests
{
    private const string Predicate = """
        {"a":{"b-c":[{"d":1},{"d":2.50},{"d":"x"}],"ä":null},"yes":true,"no":false,"text":"hello","nothing":[],"time":"2026-11-20T02:00:00Z","big":1e400}
        """;

    [Theory]
    [InlineData("$", 1)]
    [InlineData("$.a", 1)]
    [InlineData("$.a['b-c']", 1)]
    [InlineData("$['a'][\"b-c\"][0].d", 1)]
    [InlineData("$.a['b-c'][*].d", 3)]
    [InlineData("$.a['b-c'].*.d", 3)]
    [InlineData("$.a['b-c'][-1].d", 1)]
    [InlineData("$.a['b-c'][3]", 0)]
    [InlineData("$.a['b-c'][-4]", 0)]
    [InlineData("$.a.ä", 1)]
    [InlineData("$.*", 7)]
    [InlineData("$.A", 0)]
    [InlineData("$.text.length", 0)]
    [InlineData("$.text[0]", 0)]
    [InlineData("$.nothing[*]", 0)]
    [InlineData("$.a[0]", 0)]
    public void Select_Path_FindsAsManyValues(string path, int count)
    {
        Assert.True(JsonPath.TryParse(path, out var parsed, out var problem), problem);
        Assert.Equal(count, parsed.Select(Root())!.Count);
        Assert.Equal(path, parsed.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("a.b")]
    [InlineData("$a")]
    [InlineData("$.")]
    [InlineData("$..a")]
    [InlineData("$.a.")]
    [InlineData("$.1a")]
    [InlineData("$.a-b")]
    [InlineData("$[")]
    [InlineData("$[]")]
    [InlineData("$['a]")]
    [InlineData("$['a'")]
    [InlineData("$['a\\'b']")]
    [InlineData("$[a]")]
    [InlineData("$[01]")]
    [InlineData("$[-0]")]
    [InlineData("$[+1]")]
    [InlineData("$[ 1]")]
    [InlineData("$[1:2]")]
    [InlineData("$[0,1]")]
    [InlineData("$[?@.a]")]
    [InlineData("$[99999999999]")]
    [InlineData("$.a b")]
    [InlineData("/a/b")]
    public void TryParse_OutsideTheSubset_IsRefusedWithTheReason(string path)
    {
        Assert.False(JsonPath.TryParse(path, out _, out var problem));
        Assert.NotEmpty(problem);
    }

    [Fact]
    public void TryParse_TooLong_IsRefused() => Assert.False(JsonPath.TryParse("$" + string.Concat(Enumerable.Repeat(".a", JsonPath.MaxLength)), out _, out _));

    [Fact]
    public void Select_TooManyValues_IsReported()
    {
        using var document = JsonDocument.Parse("[" + string.Join(',', Enumerable.Repeat("1", JsonPath.MaxValues + 1)) + "]");
        var condition = AttestationFixture.Condition("$[*]", ConditionQuantity.Some, new ValueTest.OneOf(["1"]));

        var finding = condition.Evaluate(document.RootElement, AttestationFixture.Now);

        Assert.False(finding.Holds);
        Assert.Contains("more than", finding.Words, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("$.yes", "true", true)]
    [InlineData("$.no", "false", true)]
    [InlineData("$.yes", "True", false)]
    [InlineData("$.a.ä", "null", true)]
    [InlineData("$.text", "hello", true)]
    [InlineData("$.text", "hell", false)]
    [InlineData("$.a['b-c'][1].d", "2.5", true)]
    [InlineData("$.a['b-c'][0].d", "1.0", true)]
    [InlineData("$.a['b-c'][0].d", "1x", false)]
    [InlineData("$.big", "1e400", true)]
    [InlineData("$.a", "a", false)]
    [InlineData("$.missing", "null", false)]
    public void Judge_Equals_ComparesScalarsAsWritten(string path, string text, bool holds) => AssertHolds(holds, path, new ValueTest.OneOf([text]));

    [Theory]
    [InlineData("$.text", true)]
    [InlineData("$.yes", false)]
    [InlineData("$.missing", false)]
    [InlineData("$.a", false)]
    public void Judge_NotIn_NeedsAValue(string path, bool holds) => AssertHolds(holds, path, new ValueTest.NoneOf(["true", "x"]));

    [Theory]
    [InlineData("hel*", true)]
    [InlineData("ell", false)]
    [InlineData("*ell*", true)]
    [InlineData("Hello", false)]
    public void Judge_Matches_IsAnchored(string pattern, bool holds) => AssertHolds(holds, "$.text", new ValueTest.Matching(IdentityPattern.Like(pattern)));

    [Theory]
    [InlineData("$.a['b-c'][0].d", true)]
    [InlineData("$.a['b-c'][1].d", false)]
    [InlineData("$.a['b-c'][2].d", false)]
    [InlineData("$.big", false)]
    [InlineData("$.yes", false)]
    public void Judge_LessThan_IsForNumbersOnly(string path, bool holds) => AssertHolds(holds, path, new ValueTest.Within(null, 2.5m, IsOpen: true));

    [Fact]
    public void Judge_Bounds_IncludeOrExcludeTheLimit()
    {
        AssertHolds(true, "$.a['b-c'][1].d", new ValueTest.Within(2.5m, null, IsOpen: false));
        AssertHolds(false, "$.a['b-c'][1].d", new ValueTest.Within(2.5m, null, IsOpen: true));
        AssertHolds(true, "$.a['b-c'][1].d", new ValueTest.Within(null, 2.5m, IsOpen: false));
    }

    [Theory]
    [InlineData(24, true)]
    [InlineData(23, false)]
    public void Judge_NotOlder_UsesTheSitesTime(int hours, bool holds) => AssertHolds(holds, "$.time", new ValueTest.NotOlder(TimeSpan.FromHours(hours)));

    [Fact]
    public void Judge_Quantities_RequireEverySomeOrNone()
    {
        var numbers = new ValueTest.Within(0, null, IsOpen: false);

        Assert.False(Judge("$.a['b-c'][*].d", ConditionQuantity.Every, numbers));
        Assert.True(Judge("$.a['b-c'][*].d", ConditionQuantity.Some, numbers));
        Assert.False(Judge("$.nothing[*]", ConditionQuantity.Every, numbers));
        Assert.True(Judge("$.nothing[*]", ConditionQuantity.None));
        Assert.False(Judge("$.text", ConditionQuantity.None));
        Assert.True(Judge("$.text", ConditionQuantity.Every));
    }

    private static void AssertHolds(bool holds, string path, ValueTest test) => Assert.Equal(holds, Judge(path, ConditionQuantity.Every, test));

    private static bool Judge(string path, ConditionQuantity quantity, params ValueTest[] tests)
    {
        var finding = AttestationFixture.Condition(path, quantity, tests).Evaluate(Root(), AttestationFixture.Now);
        Assert.Contains(path, finding.Words, StringComparison.Ordinal);
        return finding.Holds;
    }

    private static JsonElement Root()
    {
        using var document = JsonDocument.Parse(Predicate);
        return document.RootElement.Clone();
    }
}
