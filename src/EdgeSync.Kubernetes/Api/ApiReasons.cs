namespace EdgeSync.Kubernetes.Api;

/// <summary>The reason codes of <see cref="KubernetesApiException"/>; stable, part of the status contract.</summary>
public static class ApiReasons
{
    /// <summary>No connection to the API server.</summary>
    public const string ClusterUnreachable = nameof(ClusterUnreachable);

    /// <summary>The API server did not answer in time.</summary>
    public const string ClusterTimeout = nameof(ClusterTimeout);

    /// <summary>The API server's certificate is not trusted.</summary>
    public const string ClusterNotTrusted = nameof(ClusterNotTrusted);

    /// <summary>The API server's answer cannot be read, or is larger than allowed.</summary>
    public const string ClusterAnswerInvalid = nameof(ClusterAnswerInvalid);

    /// <summary>The kubeconfig cannot be used.</summary>
    public const string KubeconfigInvalid = nameof(KubeconfigInvalid);

    /// <summary>The program that the kubeconfig names for logging in cannot be started.</summary>
    public const string CredentialPluginMissing = nameof(CredentialPluginMissing);

    /// <summary>That program ended with an error.</summary>
    public const string CredentialPluginFailed = nameof(CredentialPluginFailed);

    /// <summary>That program did not end in time.</summary>
    public const string CredentialPluginTimeout = nameof(CredentialPluginTimeout);

    /// <summary>That program wrote no credential that can be used.</summary>
    public const string CredentialPluginInvalid = nameof(CredentialPluginInvalid);

    /// <summary>The credentials are not accepted.</summary>
    public const string ClusterUnauthorized = nameof(ClusterUnauthorized);

    /// <summary>The credentials are not allowed to do this.</summary>
    public const string ClusterForbidden = nameof(ClusterForbidden);

    /// <summary>A ResourceQuota of the namespace is used up.</summary>
    public const string QuotaExceeded = nameof(QuotaExceeded);

    /// <summary>A claim's storage class does not exist on the cluster, or the cluster has no default one.</summary>
    public const string StorageClassMissing = nameof(StorageClassMissing);

    /// <summary>No node can run the pods now: not ready, cordoned, or out of disk, memory or process ids.</summary>
    public const string NodeNotReady = nameof(NodeNotReady);

    /// <summary>A controller that is a part of the cluster has not looked at an object.</summary>
    public const string ControllerNotRunning = nameof(ControllerNotRunning);

    /// <summary>An admission webhook does not answer, and the cluster takes nothing without it.</summary>
    public const string AdmissionUnavailable = nameof(AdmissionUnavailable);

    /// <summary>A policy of the cluster (an admission webhook, pod security, a limit range) refuses the object.</summary>
    public const string AdmissionDenied = nameof(AdmissionDenied);

    /// <summary>The namespace is being deleted.</summary>
    public const string NamespaceTerminating = nameof(NamespaceTerminating);

    /// <summary>The namespace does not exist.</summary>
    public const string NamespaceMissing = nameof(NamespaceMissing);

    /// <summary>The object does not exist.</summary>
    public const string ObjectMissing = nameof(ObjectMissing);

    /// <summary>The cluster does not know this kind (its CRD does not exist).</summary>
    public const string KindUnknown = nameof(KindUnknown);

    /// <summary>Another field manager owns fields that would change.</summary>
    public const string FieldConflict = nameof(FieldConflict);

    /// <summary>The object changed in between, or has another uid than expected.</summary>
    public const string ObjectConflict = nameof(ObjectConflict);

    /// <summary>The resource version is too old to watch or page from.</summary>
    public const string ResourceExpired = nameof(ResourceExpired);

    /// <summary>The object is larger than the cluster stores.</summary>
    public const string ObjectTooLarge = nameof(ObjectTooLarge);

    /// <summary>The object breaks a rule of its kind.</summary>
    public const string ObjectInvalid = nameof(ObjectInvalid);

    /// <summary>The object is valid, but the live object has fields that cannot be changed to its values.</summary>
    public const string ObjectImmutable = nameof(ObjectImmutable);

    /// <summary>The API server asks the client to slow down.</summary>
    public const string ClusterBusy = nameof(ClusterBusy);

    /// <summary>The API server had an internal error.</summary>
    public const string ClusterError = nameof(ClusterError);

    /// <summary>Whether the API server itself cannot be asked now, so that nobody knows how the objects are.</summary>
    public static bool IsOfTheControlPlane(string? reason) =>
        reason is ClusterUnreachable or ClusterTimeout or ClusterError or ClusterBusy or ClusterNotTrusted or ClusterAnswerInvalid or KubeconfigInvalid;
}
