namespace EdgeSync.Build.Testing;

/// <summary>What a person wants to know of a test run, ending with one line for machines.</summary>
internal static class TestReport
{
    /// <summary>Writes the failures, then the sums as the last line. Returns the exit code.</summary>
    public static int Write(IReadOnlyList<TestResult> results, TextWriter output)
    {
        foreach (var failure in results.SelectMany(r => r.Failures))
        {
            output.WriteLine();
            output.WriteLine($"FAILED {failure.Name}");
            output.WriteLine("  " + failure.Message.ReplaceLineEndings("\n  "));
        }

        var passed = results.Sum(r => r.Passed);
        var failed = results.Sum(r => r.Failures.Count);
        var skipped = results.Sum(r => r.Skipped);
        output.WriteLine();
        output.WriteLine($"{passed} passed, {failed} failed{(skipped > 0 ? $", {skipped} skipped" : "")}");
        return failed > 0 || passed == 0 ? 1 : 0;
    }
}
