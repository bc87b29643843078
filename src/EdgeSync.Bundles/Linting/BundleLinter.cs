using EdgeSync.Bundles.Linting.Rules;
using EdgeSync.Bundles.Sources;

namespace EdgeSync.Bundles.Linting;

/// <summary>Finds what would go wrong at a site in a folder and reports all of it at once. It needs neither cluster nor registry.</summary>
public static class BundleLinter
{
    private static readonly ILintRule[] Rules =
    [
        new EmptinessRule(),
        new DuplicateObjectRule(),
        new ObjectShapeRule(),
        new RemovedApiRule(),
        new NamespaceRule(),
        new ImageNameRule(),
        new PullPolicyRule(),
        new UnbundledImageRule(),
        new MissingReferenceRule(),
        new SelectorRule(),
        new SecretRule(),
        new ComponentOrderRule(),
        new ReadyWhenRule(),
        new IgnoredFieldsRule(),
        new ValueRule(),
        new SchemaRule(),
        new NameRule(),
        new CustomResourceRule(),
        new HelmHookRule(),
        new HookRule(),
        new SnapshotRule(),
        new PreflightRule(),
    ];

    /// <summary>All findings, by file and line.</summary>
    public static IReadOnlyList<LintFinding> Lint(BundleFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var context = new LintContext(folder);
        var unreadable = folder.DefinitionFaults.Select(fault => Of(fault, LintRules.DefinitionInvalid))
            .Concat(folder.ManifestFaults.Select(fault => Of(fault, LintRules.ManifestInvalid)))
            .ToList();

        // An object that could not be read would be reported again as missing.
        var findings = Rules.SelectMany(rule => rule.Check(context))
            .Where(finding => context.Samples?.Excuses(finding) != true)
            .Where(finding => unreadable.Count == 0 || finding.Rule is not (
                LintRules.BundleEmpty or LintRules.ComponentEmpty or LintRules.ReferenceMissing or LintRules.NamespaceNotInBundle or LintRules.FileUnused or LintRules.ReadyWhenUnmatched or LintRules.IgnoreUnmatched or LintRules.SnapshotUnmatched or LintRules.ValueUnused));
        return Sort(unreadable.Concat(findings));
    }

    /// <summary>The findings by file, line and column.</summary>
    public static IReadOnlyList<LintFinding> Sort(IEnumerable<LintFinding> findings) =>
        [
            .. findings.Distinct().OrderBy(finding => finding.File, StringComparer.Ordinal).ThenBy(finding => finding.Line).ThenBy(finding => finding.Column)
                .ThenBy(finding => finding.Rule, StringComparer.Ordinal).ThenBy(finding => finding.Message, StringComparer.Ordinal),
        ];

    private static LintFinding Of(BundleFault fault, string rule) =>
        new(rule, LintSeverity.Error, fault.File ?? Definition.BundleDefinition.FileName, fault.Line, fault.Message) { Column = fault.Column };
}
