namespace EdgeSync.Bundles.Linting;

/// <summary>One thing that is looked for. Rules know nothing of each other.</summary>
internal interface ILintRule
{
    IEnumerable<LintFinding> Check(LintContext context);
}
