using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using EdgeSync.Contracts;

namespace EdgeSync.Architecture.Tests;

/// <summary>Every reason code is in the table, the table has no other, and docs/reasons.md says what it says.</summary>
public sealed partial class ReasonTableTests
{
    // Set it to any text to generate docs/reasons.md from the table.
    private const string WriteDocument = "EDGESYNC_WRITE_REASONS";

    private const BindingFlags Constants = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly string Document = Path.Combine(SourceAssemblies.Root(), "docs", "reasons.md");

    [Fact]
    public void Table_EveryReasonCode_IsInIt()
    {
        var lacking = AllCodes().Except(Table(), StringComparer.Ordinal).ToList();

        Assert.True(lacking.Count == 0, $"Add to ReasonTable.cs: {string.Join(", ", lacking)}");
    }

    [Fact]
    public void Table_EveryEntry_IsAReasonCode()
    {
        var unknown = Table().Except(AllCodes(), StringComparer.Ordinal).ToList();

        Assert.True(unknown.Count == 0, $"Nobody gives these: {string.Join(", ", unknown)}");
    }

    [Fact]
    public void Table_EveryEntry_SaysAllInSentences() => Assert.All(
        ReasonTable.Subjects.SelectMany(subject => subject.Entries),
        entry => Assert.All([entry.Means, entry.Agent, entry.Person], text => Assert.Matches(@"^['\p{Lu}\p{Ll}].{3,}\.$", text)));

    [Fact]
    public void Codes_OfAllKinds_AreFound()
    {
        // Guards the tests above against finding nothing: one constant of each class, one literal, one choice between two.
        string[] some = ["Quarantined", "RootExpired", "RegistryUnreachable", "DiskFull", "ClusterForbidden", "KeyUnusable", "BrokerSilent", "NameTaken",
            "RuntimeUnavailable", "StateInUse", "SetupCannotMerge", "HqUnavailable", "EnrolmentRefused", "CurrentReleaseUnknown"];
        Assert.Empty(some.Except(AllCodes(), StringComparer.Ordinal));
    }

    [Fact]
    public void Document_SaysWhatTheTableSays()
    {
        var text = Write();
        if (Environment.GetEnvironmentVariable(WriteDocument) is { Length: > 0 })
        {
            File.WriteAllText(Document, text);
        }

        Assert.True(File.Exists(Document) && File.ReadAllText(Document) == text, $"docs/reasons.md is out of date; run this test with {WriteDocument}=1.");
    }

    private static List<string> Table() => [.. ReasonTable.Subjects.SelectMany(subject => subject.Entries).Select(entry => entry.Code)];

    private static HashSet<string> AllCodes() => [.. SourceAssemblies.Projects.SelectMany(CodesOf), .. Literals()];

    // Constants whose value is their own name, in classes of reasons and in failures; and those that are named otherwise.
    private static IEnumerable<string> CodesOf(string project) =>
        from type in SourceAssemblies.Load(project).GetTypes()
        where type.Name.EndsWith("Reasons", StringComparison.Ordinal) || type.Name == nameof(ReasonCodes) || type.Name.EndsWith("Exception", StringComparison.Ordinal)
        from field in type.GetFields(Constants)
        where field.IsLiteral && field.FieldType == typeof(string) && (string?)field.GetRawConstantValue() == field.Name
        select field.Name;

    // Codes that are written where they are raised: the first argument of a failure, a notice or a problem, alone or as a choice.
    private static IEnumerable<string> Literals() =>
        from file in Directory.EnumerateFiles(Path.Combine(SourceAssemblies.Root(), "src"), "*.cs", SearchOption.AllDirectories)
        where !file.Split(Path.DirectorySeparatorChar).Contains("obj") && Path.GetFileName(file) != "ReasonTable.cs"
        let text = File.ReadAllText(file)
        from Match match in RaisedPattern().Matches(text)
        from Capture code in match.Groups["code"].Captures
        select code.Value;

    // AgentException("X", …  new("X", $"…  : base("X", …  Problems.Of(StatusCodes.…, "X", …  ?? (isLater ? "X" : "Y")  const string InUse = "X"
    [GeneratedRegex("""
        (?:(?:Exception|Failure|SiteNotice|base|Exception\ \w+\([^)]*\)\ =>\ new)\(\s*|=>\s*new\(|^\s*new\()"(?<code>[A-Z][a-z]+(?:[A-Z][a-z]+)+)",
        |Problems\.Of\(StatusCodes\.\w+,\ "(?<code>[A-Z][A-Za-z]+)"
        |\?\?\ \(\w+\ \?\ "(?<code>[A-Z][A-Za-z]+)"\ :\ "(?<code>[A-Z][A-Za-z]+)"\)
        |const\ string\ (?:InUse|Missing)\ =\ "(?<code>\w+)"
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex RaisedPattern();

    private static string Write()
    {
        var text = new StringBuilder("""
            # Reason codes

            Every failure, wait and refusal has a code, the same in log, CLI, acknowledgement, metrics and on HQ's pages. Codes never change their meaning. This file is
            written from `ReasonTable.cs`.

            The **kind** says where the cause lies, and with it what happens to a release:

            - **bundle**: with the bundle or its release. It is refused, or it fails: the site goes back to last-good and puts the bundle into quarantine. A bundle in
              quarantine is not tried again until `edgesync quarantine lift` or a release with `--retry-failed` says so.
            - **site**: with the site, that is its cluster, its machine, its trust or a person there (for a verb: the machine that it runs on). The release is good: it
              waits where it is, says why and when it is tried next, and goes on by itself when the cause has gone. Nothing is rolled back, nothing is in quarantine.
            - **link**: with the link or who answers at its other end: registry, broker, HQ. What runs goes on, and the agent asks again.

            """);
        foreach (var (subject, entries) in ReasonTable.Subjects)
        {
            text.Append(CultureInvariant($"\n## {subject}\n\n| code | kind | what it means | what the agent does | what a person does |\n|---|---|---|---|---|\n"));
            foreach (var entry in entries)
            {
                var kind = entry.Kind.ToString().ToLowerInvariant();
                text.Append(CultureInvariant($"| `{entry.Code}` | {kind} | {entry.Means} | {entry.Agent} | {entry.Person} |\n"));
            }
        }

        return text.ToString();
    }

    private static string CultureInvariant(FormattableString text) => FormattableString.Invariant(text);
}
