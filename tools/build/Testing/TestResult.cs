using System.Xml.Linq;

namespace EdgeSync.Build.Testing;

/// <summary>The result of the tests of one project.</summary>
internal sealed record TestResult(string Project, int Passed, int Skipped, IReadOnlyList<TestResult.Failure> Failures)
{
    private static readonly XNamespace Namespace = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";

    /// <summary>
    /// Reads the result file of <c>dotnet test</c>. A run that ended badly without a failed test (a crash, a hang, no result file) counts as one failure.
    /// </summary>
    public static TestResult Read(string project, string resultFile, int exitCode, IReadOnlyList<string> output)
    {
        var results = File.Exists(resultFile) ? XDocument.Load(resultFile).Descendants(Namespace + "UnitTestResult").ToList() : [];
        var failures = results.Where(r => Outcome(r) is not ("Passed" or "NotExecuted")).Select(ReadFailure).ToList();
        if (exitCode != 0 && failures.Count == 0)
        {
            failures.Add(new Failure(project, $"The test run ended with {exitCode}.\n{string.Join('\n', output.TakeLast(40))}"));
        }

        return new TestResult(project, results.Count(r => Outcome(r) == "Passed"), results.Count(r => Outcome(r) == "NotExecuted"), failures);
    }

    /// <summary>Writes the failures, then the totals as the last line. Returns the exit code.</summary>
    public static int Write(IReadOnlyList<TestResult> results, TextWriter output)
    {
        foreach (var failure in results.SelectMany(r => r.Failures))
        {
            output.WriteLine();
            output.WriteLine($"FAILED {failure.Test}");
            output.WriteLine("  " + failure.Message.ReplaceLineEndings("\n  "));
        }

        var passed = results.Sum(r => r.Passed);
        var failed = results.Sum(r => r.Failures.Count);
        var skipped = results.Sum(r => r.Skipped);
        output.WriteLine();
        output.WriteLine($"{passed} passed, {failed} failed{(skipped > 0 ? $", {skipped} skipped" : "")}");
        return failed > 0 || passed == 0 ? 1 : 0;
    }

    private static string? Outcome(XElement result) => (string?)result.Attribute("outcome");

    private static Failure ReadFailure(XElement result)
    {
        var error = result.Descendants(Namespace + "ErrorInfo").FirstOrDefault();
        var message = (string?)error?.Element(Namespace + "Message") ?? Outcome(result) ?? "no outcome";
        return new Failure((string?)result.Attribute("testName") ?? "?", $"{message}\n{(string?)error?.Element(Namespace + "StackTrace")}".TrimEnd());
    }

    /// <summary>A test that failed, and its message.</summary>
    internal sealed record Failure(string Test, string Message);
}
