using EdgeSync.Testbed.Peers;

namespace EdgeSync.EndToEnd.Tests.Harness;

/// <summary>What a script and a person have of a verb: its exit code and its words.</summary>
internal static class Verb
{
    /// <summary>It ended with this code, and said all of this on standard output or error.</summary>
    public static void AssertEnded(int exitCode, ToolResult result, params string[] words)
    {
        var all = result.Output + result.Error;
        Assert.True(exitCode == result.ExitCode, $"{result.Command} ended with {result.ExitCode} and not {exitCode}: {all}");
        Assert.All(words, word => Assert.Contains(word, all, StringComparison.Ordinal));
    }

    /// <summary>It failed with this code, said why on standard error, and printed nothing that a script could take for a result.</summary>
    public static void AssertFailed(int exitCode, ToolResult result, params string[] words)
    {
        AssertEnded(exitCode, result, words);
        Assert.Contains(result.Error.Split('\n'), line => line.StartsWith("error: ", StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        Assert.Equal("", result.Output);
    }
}
