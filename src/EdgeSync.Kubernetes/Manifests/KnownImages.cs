namespace EdgeSync.Kubernetes.Manifests;

/// <summary>
/// The fields of well-known kinds that hold an image which a node pulls. A path names members; <see cref="Each"/> is every item of a list or every value
/// of a map, and <see cref="Pod"/> at its end means the containers and image volumes of the pod at that place. The version of a kind's API does not count.
/// Pods at other places need no line here: <see cref="ImageReferences"/> finds them by their shape.
/// </summary>
internal static class KnownImages
{
    public const string Each = "*";
    public const string Pod = "<pod>";

    private static readonly Dictionary<string, string[]> Pods = new(StringComparer.Ordinal)
    {
        ["Pod"] = ["spec", Pod],
        ["PodTemplate"] = ["template", "spec", Pod],
        ["ReplicationController"] = ["spec", "template", "spec", Pod],
        ["Deployment.apps"] = ["spec", "template", "spec", Pod],
        ["StatefulSet.apps"] = ["spec", "template", "spec", Pod],
        ["DaemonSet.apps"] = ["spec", "template", "spec", Pod],
        ["ReplicaSet.apps"] = ["spec", "template", "spec", Pod],
        ["Deployment.extensions"] = ["spec", "template", "spec", Pod],
        ["DaemonSet.extensions"] = ["spec", "template", "spec", Pod],
        ["ReplicaSet.extensions"] = ["spec", "template", "spec", Pod],
        ["Job.batch"] = ["spec", "template", "spec", Pod],
        ["CronJob.batch"] = ["spec", "jobTemplate", "spec", "template", "spec", Pod],
    };

    // What a step of Argo Workflows and of Tekton may run.
    private static readonly string[] WorkflowTemplate =
    [
        "container/image", "script/image", "initContainers/*/image", "sidecars/*/image", "containerSet/containers/*/image", "volumes/*/image/reference",
        "steps/*/*/inline/container/image", "steps/*/*/inline/script/image", "dag/tasks/*/inline/container/image", "dag/tasks/*/inline/script/image",
    ];

    private static readonly string[] WorkflowSpec = [.. Below("templates/*", WorkflowTemplate), .. Below("templateDefaults", WorkflowTemplate)];

    private static readonly string[] TaskSpec = ["steps/*/image", "stepTemplate/image", "sidecars/*/image", "volumes/*/image/reference"];

    private static readonly string[] PipelineSpec = [.. Below("tasks/*/taskSpec", TaskSpec), .. Below("finally/*/taskSpec", TaskSpec)];

    private static readonly string[] Monitoring = ["spec/image", "spec/containers/*/image", "spec/initContainers/*/image", "spec/thanos/image", "spec/volumes/*/image/reference"];

    private static readonly string[] Elastic =
    [
        "spec/image", "spec/podTemplate/spec/<pod>", "spec/deployment/podTemplate/spec/<pod>", "spec/daemonSet/podTemplate/spec/<pod>",
        "spec/statefulSet/podTemplate/spec/<pod>", "spec/nodeSets/*/podTemplate/spec/<pod>",
    ];

    private static readonly string[] Redis = ["spec/kubernetesConfig/image", "spec/redisExporter/image", "spec/initContainer/image", "spec/sidecars/*/image"];

    private static readonly Dictionary<string, string[][]> Places = Table(
        ("monitoring.coreos.com", "Prometheus PrometheusAgent Alertmanager ThanosRuler", Monitoring),
        ("argoproj.io", "Rollout", ["spec/template/spec/<pod>"]),
        ("argoproj.io", "Workflow WorkflowTemplate ClusterWorkflowTemplate", Below("spec", WorkflowSpec)),
        ("argoproj.io", "CronWorkflow", Below("spec/workflowSpec", WorkflowSpec)),
        ("argoproj.io", "AnalysisTemplate ClusterAnalysisTemplate AnalysisRun", ["spec/metrics/*/provider/job/spec/template/spec/<pod>"]),
        ("argoproj.io", "Experiment", ["spec/templates/*/template/spec/<pod>"]),
        ("argoproj.io", "EventSource Sensor", ["spec/template/container/image"]),
        ("serving.knative.dev", "Service Configuration", ["spec/template/spec/<pod>"]),
        ("serving.knative.dev", "Revision", ["spec/<pod>"]),
        ("sources.knative.dev", "ContainerSource", ["spec/template/spec/<pod>"]),
        ("postgresql.cnpg.io", "Cluster", ["spec/imageName", "spec/postgresql/extensions/*/image/reference"]),
        ("postgresql.cnpg.io", "ImageCatalog ClusterImageCatalog", ["spec/images/*/image"]),
        ("postgresql.cnpg.io", "Pooler", ["spec/template/spec/<pod>"]),
        ("tekton.dev", "Task ClusterTask", Below("spec", TaskSpec)),
        ("tekton.dev", "StepAction", ["spec/image"]),
        ("tekton.dev", "TaskRun", Below("spec/taskSpec", TaskSpec)),
        ("tekton.dev", "Pipeline", Below("spec", PipelineSpec)),
        ("tekton.dev", "PipelineRun", Below("spec/pipelineSpec", PipelineSpec)),
        ("keda.sh", "ScaledJob", ["spec/jobTargetRef/template/spec/<pod>"]),
        ("kafka.strimzi.io", "Kafka",
        [
            "spec/kafka/image", "spec/zookeeper/image", "spec/entityOperator/topicOperator/image", "spec/entityOperator/userOperator/image",
            "spec/entityOperator/tlsSidecar/image", "spec/kafkaExporter/image", "spec/cruiseControl/image",
        ]),
        ("kafka.strimzi.io", "KafkaConnect KafkaMirrorMaker KafkaMirrorMaker2 KafkaBridge", ["spec/image"]),
        ("elasticsearch.k8s.elastic.co", "Elasticsearch", Elastic),
        ("kibana.k8s.elastic.co", "Kibana", Elastic),
        ("apm.k8s.elastic.co", "ApmServer", Elastic),
        ("agent.k8s.elastic.co", "Agent", Elastic),
        ("beat.k8s.elastic.co", "Beat", Elastic),
        ("logstash.k8s.elastic.co", "Logstash", Elastic),
        ("enterprisesearch.k8s.elastic.co", "EnterpriseSearch", Elastic),
        ("maps.k8s.elastic.co", "ElasticMapsServer", Elastic),
        ("helm.cattle.io", "HelmChart", ["spec/jobImage"]),
        ("opentelemetry.io", "OpenTelemetryCollector", ["spec/image", "spec/initContainers/*/image", "spec/additionalContainers/*/image", "spec/targetAllocator/image"]),
        ("opentelemetry.io", "TargetAllocator OpAMPBridge", ["spec/image", "spec/initContainers/*/image", "spec/additionalContainers/*/image"]),
        ("opentelemetry.io", "Instrumentation", ["spec/*/image"]),
        ("minio.min.io", "Tenant", ["spec/image", "spec/kes/image", "spec/sideCars/containers/*/image"]),
        ("databases.spotahome.com", "RedisFailover", ["spec/redis/image", "spec/redis/exporter/image", "spec/sentinel/image", "spec/sentinel/exporter/image"]),
        ("redis.redis.opstreelabs.in", "Redis RedisCluster RedisReplication RedisSentinel", Redis),
        ("dragonflydb.io", "Dragonfly", ["spec/image"]),
        ("rabbitmq.com", "RabbitmqCluster", ["spec/image"]),
        ("k8s.mariadb.com", "MariaDB MaxScale", ["spec/image", "spec/initContainers/*/image", "spec/sidecarContainers/*/image", "spec/metrics/exporter/image"]),
        ("acid.zalan.do", "postgresql", ["spec/dockerImage", "spec/sidecars/*/image", "spec/initContainers/*/image"]),
        ("postgres-operator.crunchydata.com", "PostgresCluster",
        [
            "spec/image", "spec/backups/pgbackrest/image", "spec/proxy/pgBouncer/image", "spec/monitoring/pgmonitor/exporter/image",
        ]),
        ("pgv2.percona.com", "PerconaPGCluster", ["spec/image", "spec/backups/pgbackrest/image", "spec/proxy/pgBouncer/image", "spec/pmm/image"]),
        ("pxc.percona.com", "PerconaXtraDBCluster", ["spec/*/image"]),
        ("psmdb.percona.com", "PerconaServerMongoDB", ["spec/image", "spec/backup/image", "spec/pmm/image", "spec/logcollector/image"]),
        ("ceph.rook.io", "CephCluster", ["spec/cephVersion/image"]),
        ("flink.apache.org", "FlinkDeployment", ["spec/image"]),
        ("sparkoperator.k8s.io", "SparkApplication", ["spec/image", "spec/driver/image", "spec/executor/image"]),
        ("sparkoperator.k8s.io", "ScheduledSparkApplication", ["spec/template/image", "spec/template/driver/image", "spec/template/executor/image"]),
        ("apps.kruise.io", "ImagePullJob ImageListPullJob", ["spec/image", "spec/images/*"]),
        ("kubevirt.io", "VirtualMachine", ["spec/template/spec/volumes/*/containerDisk/image"]),
        ("kubevirt.io", "VirtualMachineInstance", ["spec/volumes/*/containerDisk/image"]),
        ("operators.coreos.com", "ClusterServiceVersion", ["spec/relatedImages/*/image"]),
        ("operators.coreos.com", "CatalogSource", ["spec/image"]),
        ("gateway.envoyproxy.io", "EnvoyProxy", ["spec/provider/kubernetes/envoyDeployment/container/image", "spec/provider/kubernetes/envoyDaemonSet/container/image"]));

    /// <summary>The path to the pod of one of Kubernetes' own kinds, or null.</summary>
    public static string[]? PodOf(string groupKind) => Pods.GetValueOrDefault(groupKind);

    /// <summary>The paths of another kind's images; none for a kind that is not known.</summary>
    public static IReadOnlyList<string[]> PlacesOf(string groupKind) => Places.GetValueOrDefault(groupKind) ?? [];

    /// <summary>The path from a member of a pod's specification to the images in it, or null.</summary>
    public static string[]? InPod(string member) => member switch
    {
        "containers" or "initContainers" or "ephemeralContainers" => [Each, "image"],
        "volumes" => [Each, "image", "reference"],
        _ => null,
    };

    /// <summary>
    /// Whether an object only describes others: the schema of a definition, or a policy with the pattern of a pod. ConfigMap and Secret hold text only.
    /// </summary>
    public static bool IsDescription(ObjectId id) =>
        id.GroupKind is "CustomResourceDefinition.apiextensions.k8s.io" or "ConfigMap" or "Secret" || IsPolicy(id.Group);

    /// <summary>Whether the kinds of an API group are rules for objects of others.</summary>
    public static bool IsPolicy(string group) =>
        group is "kyverno.io" or "admissionregistration.k8s.io" or "policy.sigstore.dev" or "wgpolicyk8s.io" or "policies.kubewarden.io"
        || group.EndsWith(".kyverno.io", StringComparison.Ordinal)
        || group.EndsWith(".gatekeeper.sh", StringComparison.Ordinal)
        || group.EndsWith(".kubewarden.io", StringComparison.Ordinal);

    private static string[] Below(string prefix, string[] paths) => [.. paths.Select(path => $"{prefix}/{path}")];

    private static Dictionary<string, string[][]> Table(params (string Group, string Kinds, string[] Paths)[] lines) => lines
        .SelectMany(line => line.Kinds.Split(' ').Select(kind => (GroupKind: $"{kind}.{line.Group}", line.Paths)))
        .GroupBy(line => line.GroupKind, StringComparer.Ordinal)
        .ToDictionary(
            group => group.Key, group => group.SelectMany(line => line.Paths).Select(path => path.Split('/')).ToArray(), StringComparer.Ordinal);
}
