using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Kubernetes.Hooks;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Tests.Hooks;

public sealed class HookTests
{
    [Fact]
    public void Read_AllAnnotations_GivesMomentsLimitAndWeight()
    {
        var hook = Hook.Read(Job("edgesync.dev/hook: 'on-rollback, pre-activate', edgesync.dev/hook-timeout: 10m, edgesync.dev/hook-weight: '-5'"));

        Assert.Equal([HookMoment.PreActivate, HookMoment.OnRollback], hook.Moments);
        Assert.Equal((TimeSpan.FromMinutes(10), -5), (hook.Timeout, hook.Weight));
    }

    [Theory]
    [InlineData("edgesync.dev/hook: pre-activat", "'pre-activat' is no hook, there are pre-activate, post-activate, on-rollback, preflight; did you mean 'pre-activate'?")]
    [InlineData("edgesync.dev/hook: ''", "'' is no hook, there are pre-activate, post-activate, on-rollback, preflight")]
    [InlineData("edgesync.dev/hook: 'pre-activate,'", "'' is no hook, there are pre-activate, post-activate, on-rollback, preflight")]
    [InlineData("edgesync.dev/hook: 'post-activate, preflight'", "a Job that checks the site in a preflight cannot be a hook of an activation as well; make two Jobs")]
    [InlineData("edgesync.dev/hook: pre-activate, edgesync.dev/hook-timeout: '90'", "'edgesync.dev/hook-timeout' must be a whole number with the unit s, m or h, from 1s to 24h, as in 90s")]
    [InlineData("edgesync.dev/hook: pre-activate, edgesync.dev/hook-timeout: 25h", "'edgesync.dev/hook-timeout' must be a whole number with the unit s, m or h, from 1s to 24h, as in 90s")]
    [InlineData("edgesync.dev/hook: pre-activate, edgesync.dev/hook-weight: first", "'edgesync.dev/hook-weight' must be a whole number in quotes, as in \"-5\"")]
    [InlineData("edgesync.dev/hook-timeout: 90s", "it has 'edgesync.dev/hook-timeout' without 'edgesync.dev/hook', and so is no hook")]
    public void FindProblems_WrongAnnotation_SaysWhat(string annotations, string problem) =>
        Assert.Equal(problem, Assert.Single(Hook.FindProblems(Job(annotations))).Problem);

    [Fact]
    public void FindProblems_AnotherKind_IsNoHook()
    {
        var item = Yaml.ReadOne("apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: a, generateName: a-, annotations: {edgesync.dev/hook: pre-activate}}\n");

        Assert.Equal(
            ["only a Job of batch/v1 can be a hook, and it is a CronJob", "a hook needs a name of its own; 'generateName' gives another Job with every run"],
            Hook.FindProblems(item).Select(problem => problem.Problem));
    }

    [Fact]
    public void FindProblems_JobThatNeverEnds_IsRefused() =>
        Assert.Contains("never end", Assert.Single(Hook.FindProblems(Job("edgesync.dev/hook: pre-activate", "suspend: true"))).Problem, StringComparison.Ordinal);

    [Fact]
    public void FinishedJobs_HookThatEnded_CountsForItsBundleMomentAndJobOnly()
    {
        var hook = Hook.Read(Job("edgesync.dev/hook: 'pre-activate,on-rollback'"));
        var jobs = Finished(null, "one", hook);

        jobs.Note(hook, HookMoment.PreActivate, "attempt");

        var parent = new JsonObject { ["data"] = new JsonObject(jobs.Entries(wantedOnly: false).Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)entry.Value))) };
        Assert.Equal("attempt", Finished(parent, "one", hook).FindAttempt(hook, HookMoment.PreActivate));
        Assert.Null(Finished(parent, "one", hook).FindAttempt(hook, HookMoment.OnRollback));
        Assert.Null(Finished(parent, "two", hook).FindAttempt(hook, HookMoment.PreActivate));
        var changed = Hook.Read(Job("edgesync.dev/hook: 'pre-activate,on-rollback'", "backoffLimit: 1"));
        Assert.Null(Finished(parent, "one", changed).FindAttempt(changed, HookMoment.PreActivate));
        Assert.Single(Finished(parent, "one", hook).Entries(wantedOnly: true));
        Assert.Empty(Finished(parent, "two", hook).Entries(wantedOnly: true));
    }

    [Fact]
    public void TrialOf_NameThatIsTaken_HasAnotherOneThatIsValid()
    {
        var job = new KubernetesObject(new JsonObject
        {
            ["apiVersion"] = "batch/v1", ["kind"] = "Job", ["metadata"] = new JsonObject { ["name"] = new string('a', 63) },
        });

        Assert.Same(job, HookJobs.TrialOf(job, isTaken: false));
        Assert.Equal(new string('a', 58) + "-next", HookJobs.TrialOf(job, isTaken: true).Name);
    }

    [Fact]
    public void Make_JobWithATimeToLive_GetsItOnlyOnceItsEndIsKnown()
    {
        var job = Job("edgesync.dev/hook: pre-activate", "ttlSecondsAfterFinished: 0");

        Assert.Null(HookJobs.Make(job, "run", keepsTimeToLive: false).Json.At("spec", "ttlSecondsAfterFinished"));
        Assert.Equal(0, HookJobs.Make(job, "run", keepsTimeToLive: true).Json.Number("spec", "ttlSecondsAfterFinished"));
        Assert.Equal("run", HookJobs.Make(job, "run", keepsTimeToLive: true).Json.Text("metadata", "annotations", HookJobs.RunAnnotation));
    }

    private static FinishedJobs Finished(JsonObject? parent, string content, Hook hook) =>
        new(parent, new ApplyRequest("set", "shop", "shop", []) { Content = content }, [], [hook]);

    private static KubernetesObject Job(string annotations, string spec = "") => Yaml.ReadOne(
        $"apiVersion: batch/v1\nkind: Job\nmetadata: {{name: migrate, namespace: shop, annotations: {{{annotations}}}}}\nspec: {{{spec}}}\n");
}
