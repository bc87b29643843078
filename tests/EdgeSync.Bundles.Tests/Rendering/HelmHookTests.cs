using System.Text;
using EdgeSync.Bundles.Definition;
using EdgeSync.Bundles.Linting;
using EdgeSync.Bundles.Rendering;
using EdgeSync.Kubernetes.Hooks;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Bundles.Tests.Rendering;

/// <summary>What becomes of the hooks that <c>helm template</c> prints.</summary>
public sealed class HelmHookTests
{
    [Theory]
    [InlineData("pre-install,pre-upgrade", "pre-activate")]
    [InlineData("post-install, post-upgrade", "post-activate")]
    [InlineData("pre-rollback", "on-rollback")]
    [InlineData("pre-upgrade,pre-install,pre-rollback", "pre-activate,on-rollback")]
    public void Split_Job_BecomesAHookOfTheBundle(string helm, string expected)
    {
        var (objects, findings) = Split(Job("migrate", helm, "\"helm.sh/hook-weight\": \"-5\"\n    helm.sh/hook-delete-policy: hook-succeeded\n    note: \"a \\u00e9 😀 {b}\""));

        var job = Assert.Single(objects);
        var annotations = job.Json["metadata"]!["annotations"]!.AsObject();
        Assert.Equal(["edgesync.dev/hook", "edgesync.dev/hook-weight", "note"], annotations.Select(member => member.Key).Order(StringComparer.Ordinal));
        Assert.Equal((expected, "-5", "a é 😀 {b}"), (annotations.Text(Hook.Annotation), annotations.Text(Hook.WeightAnnotation), annotations.Text("note")));
        Assert.Empty(Hook.FindProblems(job));
        Assert.Equal("r.example/migrate:1", job.Json.At("spec", "template", "spec").Objects("containers").Single().Text("image"));
        Assert.Empty(findings);
    }

    [Theory]
    [InlineData("pre-install", "EdgeSync knows no difference between a first installation and an upgrade, and runs it as pre-activate for each new bundle")]
    [InlineData("post-upgrade", "EdgeSync knows no difference between a first installation and an upgrade, and runs it as post-activate for each new bundle")]
    [InlineData("post-rollback", "EdgeSync runs it before what ran last is written back, and not after")]
    [InlineData("pre-install,pre-upgrade,pre-delete", "EdgeSync does not run it for a test or for the removal of the release")]
    public void Split_JobThatHelmRunsAtOtherTimes_IsMappedWithAWarning(string helm, string words)
    {
        var (objects, findings) = Split(Job("migrate", helm));

        Assert.True(Hook.IsOne(Assert.Single(objects)));
        Assert.Equal((LintSeverity.Warning, $"Job migrate is a hook of Helm ({helm}): {words}"), (findings.Single().Severity, findings.Single().Message));
    }

    [Theory]
    [InlineData("test")]
    [InlineData("test-success")]
    [InlineData("pre-delete,post-delete")]
    public void Split_TestOrDelete_IsLeftOutWithAWarning(string helm)
    {
        var (objects, findings) = Split(Job("migrate", helm) + Map("settings", null));

        Assert.Equal("ConfigMap", Assert.Single(objects).Kind);
        Assert.Equal((LintSeverity.Warning, $"Job migrate is a hook of Helm ({helm}) and is left out"), (findings.Single().Severity, findings.Single().Message));
    }

    [Fact]
    public void Split_WhatAHookNeeds_BecomesAnOrdinaryObject()
    {
        var (objects, findings) = Split(Map("settings", "pre-install,pre-upgrade") + Job("migrate", "pre-install,pre-upgrade"));

        Assert.Equal(["ConfigMap", "Job"], objects.Select(item => item.Kind).Order(StringComparer.Ordinal));
        Assert.Null(objects.Single(item => item.Kind == "ConfigMap").Json.At("metadata", "annotations"));
        Assert.Empty(findings);
    }

    [Theory]
    [InlineData("crd-install", "Job")]
    [InlineData("pre-install", "Pod")]
    public void Split_WhatCannotBeMapped_StaysAsItIs(string helm, string kind)
    {
        var (objects, _) = Split(Job("migrate", helm).Replace("kind: Job", $"kind: {kind}", StringComparison.Ordinal));

        Assert.Equal(helm, HelmHooks.HookOf(Assert.Single(objects).Json));
    }

    [Fact]
    public void Split_HooksRefused_OnlyTestsAreLeftOut()
    {
        var (objects, _) = Split(Job("migrate", "pre-install,pre-upgrade") + Job("check", "test"), ChartHooks.Refuse);

        Assert.Equal("pre-install,pre-upgrade", HelmHooks.HookOf(Assert.Single(objects).Json));
    }

    [Fact]
    public void Split_HooksOmitted_AllAreLeftOutWithANote()
    {
        var (objects, findings) = Split(Job("migrate", "pre-install,pre-upgrade") + Map("settings", "pre-install"), ChartHooks.Omit);

        Assert.Empty(objects);
        Assert.Equal([LintSeverity.Info, LintSeverity.Info], findings.Select(finding => finding.Severity));
    }

    private static (IReadOnlyList<KubernetesObject> Objects, IReadOnlyList<LintFinding> Findings) Split(string output, ChartHooks hooks = ChartHooks.Run)
    {
        var parts = new ChartOutput(new ComponentDefinition { Name = "web", Path = ".", Chart = new ChartDefinition { Chart = "chart", IsLocal = true, Hooks = hooks } });
        var files = parts.Split(Encoding.UTF8.GetBytes(output)).ToList();
        return ([.. files.SelectMany(file => ManifestReader.Read(file.Content, file.Path))], parts.HookFindings);
    }

    private static string Job(string name, string hook, string more = "") =>
        $$"""
        ---
        # Source: web/templates/{{name}}.yaml
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: {{name}}
          annotations:
            "helm.sh/hook": {{hook}}
            {{more}}
        spec: {template: {spec: {restartPolicy: Never, containers: [{name: main, image: "r.example/{{name}}:1"}] } } }

        """;

    private static string Map(string name, string? hook) =>
        $"---\n# Source: web/templates/{name}.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\n{(hook is null ? "" : $"  annotations: {{helm.sh/hook: '{hook}'}}\n")}";
}
