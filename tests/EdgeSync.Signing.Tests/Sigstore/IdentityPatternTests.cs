using EdgeSync.Signing.Sigstore;

namespace EdgeSync.Signing.Tests.Sigstore;

public sealed class IdentityPatternTests
{
    [Theory]
    [InlineData("a", "a", true)]
    [InlineData("a", "A", false)]
    [InlineData("a", "ab", false)]
    [InlineData("a", "ba", false)]
    [InlineData("*", "", true)]
    [InlineData("*", "abc", true)]
    [InlineData("*", "a/b", false)]
    [InlineData("**", "a/b", true)]
    [InlineData("a*c", "abbbc", true)]
    [InlineData("a*c", "ac", true)]
    [InlineData("a*c", "abcd", false)]
    [InlineData("a*b*c", "a1b2b3c", true)]
    [InlineData("https://github.com/shop/*/x", "https://github.com/shop/app/x", true)]
    [InlineData("https://github.com/shop/*/x", "https://github.com/shop/app/evil/x", false)]
    [InlineData("https://github.com/shop/**", "https://github.com/shop/app/y@refs/heads/main", true)]
    [InlineData("https://github.com/shop/**", "https://github.com/shopping/app", false)]
    [InlineData("**/x", "a/b/x", true)]
    [InlineData("**/x", "a/b/xy", false)]
    [InlineData("*@example.com", "a@example.com", true)]
    [InlineData("*@example.com", "a@example.com.evil.org", false)]
    [InlineData("*@example.com", "https://evil.org/a@example.com", false)]
    [InlineData("a.c", "abc", false)]
    public void Matches_Pattern_MatchesTheWholeText(string pattern, string text, bool expected) =>
        Assert.Equal(expected, IdentityPattern.Like(pattern).Matches(text));

    [Fact]
    public void Matches_Exactly_TreatsAStarAsACharacter()
    {
        Assert.True(IdentityPattern.Exactly("a*").Matches("a*"));
        Assert.False(IdentityPattern.Exactly("a*").Matches("ab"));
    }

    [Fact]
    public void Matches_ManyStars_IsBounded()
    {
        var pattern = IdentityPattern.Like(string.Concat(Enumerable.Repeat("*a", 1000)));

        Assert.False(pattern.Matches(new string('a', 2000) + "b"));
        Assert.False(pattern.Matches(new string('a', 5000)));
    }
}
