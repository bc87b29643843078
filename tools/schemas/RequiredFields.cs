namespace EdgeSync.Schemas;

/// <summary>
/// What a server really needs, where the definitions say something else. Found by taking each field out of good objects and applying them to
/// Kubernetes 1.20.
/// </summary>
internal static class RequiredFields
{
    private static readonly string[] Scalars = ["string", "int32", "int64", "number", "bytes", "time", "quantity", "quantitytext", "intstr"];

    private static readonly HashSet<string> NotNeeded = new(StringComparer.Ordinal)
    {
        "apiextensions.v1beta1.CustomResourceDefinitionSpec.scope", "apps.v1.ControllerRevision.revision", "apps.v1.StatefulSetSpec.serviceName",
        "core.v1.Event.involvedObject", "core.v1.HTTPHeader.value", "core.v1.LimitRangeSpec.limits", "core.v1.PreferredSchedulingTerm.preference",
        "core.v1.Sysctl.value", "discovery.v1.EndpointSlice.endpoints", "discovery.v1beta1.EndpointSlice.endpoints", "networking.v1.NetworkPolicySpec.podSelector",
        "policy.v1beta1.HostPortRange.max", "policy.v1beta1.HostPortRange.min", "policy.v1beta1.IDRange.min", "policy.v1beta1.IDRange.max", "rbac.v1.ClusterRole.rules", "rbac.v1.Role.rules",
        "rbac.v1.RoleRef.apiGroup", "rbac.v1beta1.ClusterRole.rules", "rbac.v1beta1.Role.rules", "rbac.v1beta1.RoleRef.apiGroup", "scheduling.v1.PriorityClass.value", "scheduling.v1beta1.PriorityClass.value",
        "storage.v1.CSIDriver.spec", "storage.v1.CSINode.spec", "storage.v1.CSINodeSpec.drivers", "storage.v1beta1.CSIDriver.spec", "storage.v1beta1.CSINode.spec",
        "storage.v1beta1.CSINodeSpec.drivers",
    };

    private static readonly HashSet<string> Needed = new(StringComparer.Ordinal)
    {
        "admissionregistration.v1.RuleWithOperations.apiGroups", "admissionregistration.v1.RuleWithOperations.apiVersions",
        "admissionregistration.v1.RuleWithOperations.operations", "admissionregistration.v1.RuleWithOperations.resources",
        "apiextensions.v1.CustomResourceDefinitionVersion.schema", "apiextensions.v1.CustomResourceValidation.openAPIV3Schema", "apps.v1.DaemonSet.spec",
        "apps.v1.Deployment.spec", "apps.v1.ReplicaSet.spec", "apps.v1.ReplicaSetSpec.template", "apps.v1.StatefulSet.spec", "autoscaling.v1.HorizontalPodAutoscaler.spec",
        "autoscaling.v2.HorizontalPodAutoscaler.spec", "autoscaling.v2beta2.HorizontalPodAutoscaler.spec", "batch.v1.CronJob.spec", "batch.v1.Job.spec",
        "batch.v1.JobTemplateSpec.spec", "batch.v1beta1.CronJob.spec", "batch.v1beta1.JobTemplateSpec.spec", "core.v1.ConfigMapEnvSource.name",
        "core.v1.ConfigMapKeySelector.name", "core.v1.ConfigMapProjection.name", "core.v1.ConfigMapVolumeSource.name", "core.v1.Container.image", "core.v1.ExecAction.command",
        "core.v1.HostAlias.ip", "core.v1.PersistentVolume.spec", "core.v1.PersistentVolumeClaim.spec", "core.v1.PersistentVolumeClaimSpec.accessModes",
        "core.v1.PersistentVolumeClaimSpec.resources", "core.v1.PersistentVolumeSpec.accessModes", "core.v1.PersistentVolumeSpec.capacity", "core.v1.Pod.spec",
        "core.v1.PodDNSConfigOption.name", "core.v1.PodTemplate.template", "core.v1.ReplicationController.spec", "core.v1.ReplicationControllerSpec.template",
        "core.v1.SecretEnvSource.name", "core.v1.SecretKeySelector.name", "core.v1.SecretProjection.name", "core.v1.SecretVolumeSource.secretName", "core.v1.Service.spec",
        "core.v1.VolumeNodeAffinity.required", "networking.v1.HTTPIngressPath.pathType", "networking.v1.IngressClassSpec.controller",
        "networking.v1.IngressServiceBackend.port", "rbac.v1.AggregationRule.clusterRoleSelectors",
    };

    /// <summary>Corrects a schema. Lists, maps and objects of types that the tested version does not have are not called required.</summary>
    public static void Correct(ApiSchema schema, ApiSchema tested)
    {
        foreach (var (type, fields) in schema.Types)
        {
            foreach (var (name, field) in fields.ToArray())
            {
                var isCertain = Scalars.Contains(field.Type) || schema.Enumerations.ContainsKey(field.Type) || tested.Types.ContainsKey(type) || type == "batch.v1.CronJobSpec";
                var key = $"{type}.{name}";
                fields[name] = field with { IsRequired = Needed.Contains(key) || (field.IsRequired && isCertain && field.Type != "bool" && !NotNeeded.Contains(key)) };
            }
        }
    }
}
