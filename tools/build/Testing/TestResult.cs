using System.Xml.Linq;

namespace EdgeSync.Build.Testing;

/// <summary>How the tests of one project went.</summary>
internal sealed record TestResult(string Project, int Passed, int Skipped, IReadOnlyList<FailedTest> Failures)
{
    private static readonly XNamespace Namespace = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";

    /// <summary>
    /// Out of the result file and the exit code: a run that ended badly without a failed test (a crash, a hang, no result file)
    /// counts as one failure.
    /// </summary>
    public static TestResult Read(string project, string resultFile, int exitCode, IReadOnlyList<string> output)
    {
        var results = File.Exists(resultFile) ? XDocument.Load(resultFile).Descendants(Namespace + "UnitTestResult").ToList() : [];
        var failures = results.Where(r => Outcome(r) is not ("Passed" or "NotExecuted")).Select(ReadFailure).ToList();
        if (exitCode != 0 && failures.Count == 0)
        {
            failures.Add(new FailedTest(project, $"The test run ended with {exitCode}.\n{string.Join('\n', output.TakeLast(40))}"));
        }

        return new TestResult(project, results.Count(r => Outcome(r) == "Passed"), results.Count(r => Outcome(r) == "NotExecuted"), failures);
    }

    private static string? Outcome(XElement result) => (string?)result.Attribute("outcome");

    private static FailedTest ReadFailure(XElement result)
    {
        var error = result.Descendants(Namespace + "ErrorInfo").FirstOrDefault();
        var message = (string?)error?.Element(Namespace + "Message") ?? Outcome(result) ?? "no outcome";
        return new FailedTest((string?)result.Attribute("testName") ?? "?", $"{message}\n{(string?)error?.Element(Namespace + "StackTrace")}".TrimEnd());
    }
}
