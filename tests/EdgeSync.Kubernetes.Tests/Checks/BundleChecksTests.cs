using EdgeSync.Kubernetes.Apply;
using EdgeSync.Kubernetes.Checks;
using EdgeSync.Kubernetes.Hooks;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Tests.Checks;

public sealed class BundleChecksTests
{
    [Fact]
    public void Make_Job_GetsANameOfItsOwnNoHookAndNoMembershipAndIsDeletedByTheClusterIfNobodyElseDoes()
    {
        var job = Yaml.ReadOne($$"""
            apiVersion: batch/v1
            kind: Job
            metadata:
              name: {{new string('a', 63)}}
              namespace: shop
              annotations: {edgesync.dev/hook: preflight, edgesync.dev/hook-timeout: 30s, example.com/kept: "1"}
            spec: {ttlSecondsAfterFinished: 0, template: {spec: {restartPolicy: Never, containers: [{name: main, image: a}]} } }
            """);

        var made = BundleChecks.Make(job, TimeSpan.FromSeconds(30), number: 0xBEEF);

        Assert.Equal(($"{new string('a', 48)}-check-0000beef", 63), (made.Name, made.Name.Length));
        Assert.False(Hook.IsOne(made));
        Assert.Equal(["example.com/kept"], made.Json["metadata"]!["annotations"]!.AsObject().Select(entry => entry.Key));
        Assert.Equal([BundleChecks.CheckLabel], made.Json["metadata"]!["labels"]!.AsObject().Select(entry => entry.Key));
        Assert.DoesNotContain(ApplySet.PartOfLabel, made.Json.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal((600, 630), (made.Json.Number("spec", "ttlSecondsAfterFinished"), made.Json.Number("spec", "activeDeadlineSeconds")));
        Assert.True(Hook.Read(job).IsCheck);
    }
}
