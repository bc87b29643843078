using EdgeSync.Agent.Setup;

namespace EdgeSync.Agent.Tests.Setup;

public sealed class LineDiffTests
{
    [Fact]
    public void Between_TwoTexts_ShowsChangesAndTwoLinesAround()
    {
        var lines = LineDiff.Between("1\n2\n3\n4\n5\n6\n7\n8\n9", "1\n2\n3\n4\n5\nX\n6\n7\n8");

        Assert.Equal(["  …", "  4", "  5", "+ X", "  6", "  7", "  8", "- 9"], lines);
    }

    [Fact]
    public void Between_EqualTexts_ShowsNothing() => Assert.Empty(LineDiff.Between("a\nb", "a\nb"));
}
