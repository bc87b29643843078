using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Health;

namespace EdgeSync.Kubernetes.Tests.Health;

public sealed class HealthRulesTests
{
    private const string Rolled = """{"observedGeneration": 2, "replicas": 2, "updatedReplicas": 2, "availableReplicas": 2, "readyReplicas": 2}""";

    [Theory]
    [InlineData("apps/v1", "Deployment", """{"replicas": 2}""", Rolled, HealthState.Current)]
    [InlineData("apps/v1", "Deployment", """{"replicas": 2}""", "{}", HealthState.InProgress)]
    [InlineData("apps/v1", "Deployment", """{"replicas": 2}""", """{"observedGeneration": 1, "replicas": 2, "updatedReplicas": 2, "availableReplicas": 2, "readyReplicas": 2}""", HealthState.InProgress)]
    [InlineData("apps/v1", "Deployment", """{"replicas": 2}""", """{"observedGeneration": 2, "replicas": 3, "updatedReplicas": 2, "availableReplicas": 3, "readyReplicas": 3}""", HealthState.InProgress)]
    [InlineData("apps/v1", "Deployment", """{"replicas": 2}""", """{"observedGeneration": 2, "replicas": 2, "updatedReplicas": 2, "availableReplicas": 1, "readyReplicas": 2}""", HealthState.InProgress)]
    [InlineData("apps/v1", "Deployment", """{"replicas": 0}""", """{"observedGeneration": 2}""", HealthState.Current)]
    [InlineData("apps/v1", "Deployment", """{"replicas": 2}""", """{"observedGeneration": 2, "conditions": [{"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded", "message": "late"}]}""", HealthState.Failed)]
    [InlineData("apps/v1", "StatefulSet", """{"replicas": 1}""", """{"observedGeneration": 2, "replicas": 1, "readyReplicas": 1, "currentRevision": "a", "updateRevision": "a"}""", HealthState.Current)]
    [InlineData("apps/v1", "StatefulSet", """{"replicas": 1}""", """{"observedGeneration": 2, "replicas": 1, "readyReplicas": 1, "currentRevision": "a", "updateRevision": "b"}""", HealthState.InProgress)]
    [InlineData("apps/v1", "StatefulSet", """{"replicas": 3, "updateStrategy": {"rollingUpdate": {"partition": 2}}}""", """{"observedGeneration": 2, "replicas": 3, "readyReplicas": 3, "updatedReplicas": 1, "currentRevision": "a", "updateRevision": "b"}""", HealthState.Current)]
    [InlineData("apps/v1", "DaemonSet", "{}", """{"observedGeneration": 2, "desiredNumberScheduled": 1, "currentNumberScheduled": 1, "updatedNumberScheduled": 1, "numberAvailable": 1, "numberReady": 1}""", HealthState.Current)]
    [InlineData("apps/v1", "DaemonSet", "{}", """{"observedGeneration": 2, "desiredNumberScheduled": 1, "currentNumberScheduled": 1, "updatedNumberScheduled": 0, "numberAvailable": 1, "numberReady": 1}""", HealthState.InProgress)]
    [InlineData("apps/v1", "ReplicaSet", """{"replicas": 1}""", """{"observedGeneration": 2, "replicas": 1, "availableReplicas": 1}""", HealthState.Current)]
    [InlineData("batch/v1", "Job", "{}", """{"conditions": [{"type": "Complete", "status": "True"}]}""", HealthState.Current)]
    [InlineData("batch/v1", "Job", "{}", """{"active": 1}""", HealthState.InProgress)]
    [InlineData("batch/v1", "Job", "{}", """{"conditions": [{"type": "Failed", "status": "True", "reason": "BackoffLimitExceeded"}]}""", HealthState.Failed)]
    [InlineData("v1", "Pod", "{}", """{"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]}""", HealthState.Current)]
    [InlineData("v1", "Pod", "{}", """{"phase": "Running"}""", HealthState.InProgress)]
    [InlineData("v1", "Pod", "{}", """{"phase": "Failed"}""", HealthState.Failed)]
    [InlineData("v1", "PersistentVolumeClaim", "{}", """{"phase": "Bound"}""", HealthState.Current)]
    [InlineData("v1", "PersistentVolumeClaim", "{}", """{"phase": "Pending"}""", HealthState.InProgress)]
    [InlineData("v1", "Service", """{"type": "LoadBalancer"}""", "{}", HealthState.InProgress)]
    [InlineData("v1", "Service", """{"type": "ClusterIP"}""", "{}", HealthState.Current)]
    [InlineData("v1", "ConfigMap", "{}", "{}", HealthState.Current)]
    [InlineData("apiextensions.k8s.io/v1", "CustomResourceDefinition", "{}", """{"conditions": [{"type": "Established", "status": "True"}]}""", HealthState.Current)]
    [InlineData("apiextensions.k8s.io/v1", "CustomResourceDefinition", "{}", """{"conditions": [{"type": "NamesAccepted", "status": "False", "message": "taken"}]}""", HealthState.Failed)]
    [InlineData("policy/v1", "PodDisruptionBudget", "{}", "{}", HealthState.InProgress)]
    [InlineData("policy/v1", "PodDisruptionBudget", "{}", """{"observedGeneration": 2}""", HealthState.Current)]
    [InlineData("example.com/v1", "Lamp", "{}", """{"conditions": [{"type": "Ready", "status": "False", "message": "dark"}]}""", HealthState.InProgress)]
    [InlineData("example.com/v1", "Lamp", "{}", """{"conditions": [{"type": "Stalled", "status": "True", "message": "broken"}]}""", HealthState.Failed)]
    [InlineData("example.com/v1", "Lamp", "{}", """{"conditions": [{"type": "Reconciling", "status": "True"}]}""", HealthState.InProgress)]
    public void Of_LiveObject_FollowsKstatus(string apiVersion, string kind, string spec, string status, HealthState expected)
    {
        Assert.Equal(expected, HealthRules.Of(Live(apiVersion, kind, spec, status)).State);
    }

    [Theory]
    [InlineData("apps/v1", "Deployment", "{}", true)]
    [InlineData("apps/v1", "Deployment", """{"observedGeneration": 1, "replicas": 1}""", true)]
    [InlineData("apps/v1", "Deployment", """{"observedGeneration": 2, "replicas": 1}""", false)]
    [InlineData("apps/v1", "StatefulSet", "{}", true)]
    [InlineData("apps/v1", "DaemonSet", "{}", true)]
    [InlineData("apps/v1", "ReplicaSet", "{}", true)]
    [InlineData("batch/v1", "Job", "{}", true)]
    [InlineData("batch/v1", "Job", """{"startTime": "2026-11-30T10:00:00Z", "active": 1}""", false)]
    [InlineData("example.com/v1", "Lamp", """{"observedGeneration": 1}""", false)]
    public void Of_ObjectThatItsControllerHasNotSeen_LiesWithTheSiteWhereTheControllerIsAPartOfTheCluster(string apiVersion, string kind, string status, bool isOfTheSite)
    {
        var health = HealthRules.Of(Live(apiVersion, kind, "{}", status));

        Assert.Equal((HealthState.InProgress, isOfTheSite ? ApiReasons.ControllerNotRunning : null), (health.State, health.SiteReason));
    }

    [Theory]
    [InlineData("apps/v1", "Deployment", """{"replicas": 2, "paused": true}""", """{"observedGeneration": 2}""", "it is paused, so that its pods are not rolled out (0 of 2 pods are updated)")]
    [InlineData("apps/v1", "Deployment", """{"replicas": 2, "paused": true}""", """{"observedGeneration": 2, "replicas": 2, "readyReplicas": 2, "conditions": [{"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded"}]}""", "it is paused, so that its pods are not rolled out (0 of 2 pods are updated)")]
    [InlineData("apps/v1", "Deployment", """{"replicas": 2, "paused": true}""", Rolled, "it is paused, so that changes of its pods are not rolled out")]
    [InlineData("apps/v1", "StatefulSet", """{"replicas": 3, "updateStrategy": {"type": "OnDelete"}}""", """{"observedGeneration": 2, "replicas": 3, "readyReplicas": 0, "updatedReplicas": 1, "currentRevision": "a", "updateRevision": "b"}""", "its update strategy is OnDelete: 2 pods run what was there before until somebody deletes them")]
    [InlineData("apps/v1", "StatefulSet", """{"replicas": 3, "updateStrategy": {"rollingUpdate": {"partition": 5}}}""", """{"observedGeneration": 2, "replicas": 3, "readyReplicas": 3, "currentRevision": "a", "updateRevision": "b"}""", "its partition 5 holds the update back: 3 of 3 pods stay as they are")]
    [InlineData("apps/v1", "DaemonSet", """{"updateStrategy": {"type": "OnDelete"}}""", """{"observedGeneration": 2, "desiredNumberScheduled": 2, "currentNumberScheduled": 2, "updatedNumberScheduled": 1}""", "its update strategy is OnDelete: 1 pods run what was there before until somebody deletes them")]
    [InlineData("apps/v1", "DaemonSet", "{}", """{"observedGeneration": 2, "desiredNumberScheduled": 0}""", "no node here is one of those that it runs on")]
    [InlineData("batch/v1", "Job", """{"suspend": true}""", "{}", "it is suspended and does not run")]
    [InlineData("batch/v1", "Job", """{"parallelism": 0}""", """{"startTime": "2026-11-30T10:00:00Z"}""", "its parallelism is 0, so that it does not run")]
    [InlineData("batch/v1", "CronJob", """{"suspend": true}""", "{}", "it is suspended and starts no jobs")]
    [InlineData("policy/v1", "PodDisruptionBudget", "{}", """{"conditions": [{"type": "DisruptionAllowed", "status": "False", "reason": "SyncFailed", "message": "found no controllers for pod web"}]}""", "the budget cannot be computed, so it protects nothing: found no controllers for pod web")]
    public void Of_ObjectThatIsHeldBack_IsCurrentAndSaysWhy(string apiVersion, string kind, string spec, string status, string expected)
    {
        var health = HealthRules.Of(Live(apiVersion, kind, spec, status));

        Assert.Equal((HealthState.Current, expected, true), (health.State, health.Message, health.IsHeldBack));
    }

    [Theory]
    [InlineData("apps/v1", "Deployment", """{"replicas": 2, "paused": true}""", "{}", HealthState.InProgress)]
    [InlineData("apps/v1", "Deployment", """{"replicas": 2, "paused": true}""", """{"observedGeneration": 2, "replicas": 2, "updatedReplicas": 2}""", HealthState.InProgress)]
    [InlineData("apps/v1", "StatefulSet", """{"replicas": 1, "updateStrategy": {"type": "OnDelete"}}""", """{"observedGeneration": 2, "replicas": 1, "readyReplicas": 0, "currentRevision": "a", "updateRevision": "a"}""", HealthState.InProgress)]
    [InlineData("apps/v1", "DaemonSet", """{"updateStrategy": {"type": "OnDelete"}}""", """{"observedGeneration": 2, "desiredNumberScheduled": 1, "currentNumberScheduled": 1, "updatedNumberScheduled": 1}""", HealthState.InProgress)]
    [InlineData("batch/v1", "Job", """{"backoffLimit": 6}""", """{"failed": 6}""", HealthState.InProgress)]
    [InlineData("batch/v1", "Job", "{}", """{"conditions": [{"type": "FailureTarget", "status": "True"}]}""", HealthState.InProgress)]
    [InlineData("v1", "PersistentVolumeClaim", "{}", """{"phase": "Lost"}""", HealthState.Failed)]
    [InlineData("v1", "Service", """{"type": "LoadBalancer", "clusterIP": "10.0.0.1"}""", """{"loadBalancer": {}}""", HealthState.Current)]
    [InlineData("batch/v1", "CronJob", "{}", """{"active": [{"name": "a"}]}""", HealthState.Current)]
    public void Of_ObjectThatIsNotHeldBack_FollowsItsStatus(string apiVersion, string kind, string spec, string status, HealthState expected)
    {
        var health = HealthRules.Of(Live(apiVersion, kind, spec, status));

        Assert.Equal((expected, false), (health.State, health.IsHeldBack));
    }

    [Theory]
    [InlineData("Database", null, ".status.phase", "Running", HealthState.Current)]
    [InlineData("Database.db.example", "main", ".status.phase", "Running", HealthState.Current)]
    [InlineData("Database", null, ".status.phase", "Ready", HealthState.InProgress)]
    [InlineData("Database", null, ".status.nothing", null, HealthState.InProgress)]
    [InlineData("Database", null, ".status.phase", null, HealthState.Current)]
    [InlineData("Database", null, ".status.ready", null, HealthState.InProgress)]
    [InlineData("Database", null, ".status.shards[*].state", "up", HealthState.InProgress)]
    public void Of_ReadyRule_ComesOnTop(string kind, string? name, string path, string? value, HealthState expected)
    {
        var live = Live("db.example/v1", "Database", "{}", """{"phase": "Running", "ready": false, "shards": [{"state": "up"}, {"state": "down"}]}""");

        Assert.Equal(expected, HealthRules.Of(live, [new ReadyRule { Kind = kind, Name = name, Path = path, Value = value }]).State);
    }

    [Fact]
    public void Of_ReadyRuleThatDoesNotHold_SaysWhatIsThere()
    {
        var live = Live("db.example/v1", "Database", "{}", """{"phase": "Creating"}""");

        var health = HealthRules.Of(live, [new ReadyRule { Kind = "Database", Path = ".status.phase", Value = "Running" }]);

        Assert.Equal(".status.phase is 'Creating', and readyWhen waits for 'Running'", health.Message);
    }

    [Fact]
    public void Of_ObjectBeingDeleted_IsNotCurrent()
    {
        var live = JsonNode.Parse("""{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "deletionTimestamp": "2026-11-21T02:00:00Z"}}""")!;

        Assert.Equal(HealthState.InProgress, HealthRules.Of(live.AsObject()).State);
    }

    [Theory]
    [InlineData("""{"waiting": {"reason": "ImagePullBackOff"}}""", 0, true)]
    [InlineData("""{"waiting": {"reason": "ErrImagePull"}}""", 0, false)]
    [InlineData("""{"waiting": {"reason": "InvalidImageName"}}""", 0, true)]
    [InlineData("""{"waiting": {"reason": "CrashLoopBackOff"}}""", 2, false)]
    [InlineData("""{"waiting": {"reason": "CrashLoopBackOff"}}""", 3, true)]
    [InlineData("""{"running": {}}""", 9, false)]
    public void Find_ContainerState_TellsWhatDoesNotPass(string state, int restarts, bool isFailure)
    {
        var pod = JsonNode.Parse($$$"""{"status": {"containerStatuses": [{"name": "web", "restartCount": {{{restarts}}}, "state": {{{state}}}}]}}""")!;

        Assert.Equal(isFailure, PodFailures.Find(pod.AsObject(), restarts: 3) is not null);
    }

    [Theory]
    [InlineData("""{"waiting": {"reason": "CrashLoopBackOff"}}""", false)]
    [InlineData("""{"waiting": {"reason": "ImagePullBackOff"}}""", false)]
    [InlineData("""{"waiting": {"reason": "InvalidImageName"}}""", true)]
    [InlineData("""{"waiting": {"reason": "ErrImageNeverPull"}}""", true)]
    public void Find_OwnerThatDecidesItself_OnlyWhatNeverPasses(string state, bool isFailure)
    {
        var pod = JsonNode.Parse($$$"""{"status": {"containerStatuses": [{"name": "web", "restartCount": 9, "state": {{{state}}}}]}}""")!;

        Assert.Equal(isFailure, PodFailures.Find(pod.AsObject(), restarts: null, forgivesPulls: true) is not null);
    }

    private static JsonObject Live(string apiVersion, string kind, string spec, string status) => JsonNode.Parse(
        $$"""{"apiVersion": "{{apiVersion}}", "kind": "{{kind}}", "metadata": {"name": "main", "generation": 2}, "spec": {{spec}}, "status": {{status}}}""")!.AsObject();
}
