using System.Text.Json.Nodes;
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
        var live = JsonNode.Parse(
            $$"""{"apiVersion": "{{apiVersion}}", "kind": "{{kind}}", "metadata": {"name": "a", "generation": 2}, "spec": {{spec}}, "status": {{status}}}""")!;

        Assert.Equal(expected, HealthRules.Of(live.AsObject()).State);
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
}
