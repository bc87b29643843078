namespace EdgeSync.Bundles.Linting;

/// <summary>The names of the rules. They are stable: people write them into their pipelines.</summary>
public static class LintRules
{
    /// <summary>Something in <c>bundle.yaml</c>, or a file that it names, is wrong.</summary>
    public const string DefinitionInvalid = "definition-invalid";

    /// <summary>A manifest is not read as Kubernetes would read it.</summary>
    public const string ManifestInvalid = "manifest-invalid";

    /// <summary>The bundle has no object.</summary>
    public const string BundleEmpty = "bundle-empty";

    /// <summary>A component has no object.</summary>
    public const string ComponentEmpty = "component-empty";

    /// <summary>An object needs what another component makes, and does not depend on it.</summary>
    public const string ComponentOrder = "component-order";

    /// <summary>An entry of <c>readyWhen</c> names no object of its component.</summary>
    public const string ReadyWhenUnmatched = "ready-when-unmatched";

    /// <summary>A component waits for objects whose kind may not say when they are ready.</summary>
    public const string ReadyWhenMissing = "ready-when-missing";

    /// <summary>An entry of <c>ignore</c> names no object.</summary>
    public const string IgnoreUnmatched = "ignore-unmatched";

    /// <summary>An annotation of EdgeSync that a site refuses.</summary>
    public const string AnnotationInvalid = "annotation-invalid";

    /// <summary>A reference to a value that cannot be where it is, or that cannot be read.</summary>
    public const string ValueReference = "value-reference";

    /// <summary>A reference to a value that the bundle does not declare.</summary>
    public const string ValueUndeclared = "value-undeclared";

    /// <summary>A declared value that nothing uses.</summary>
    public const string ValueUnused = "value-unused";

    /// <summary>A file of the folder is not in the bundle.</summary>
    public const string FileUnused = "file-unused";

    /// <summary>An object is there twice.</summary>
    public const string ObjectDuplicate = "object-duplicate";

    /// <summary>An object holds what only a server may write.</summary>
    public const string ObjectServerFields = "object-server-fields";

    /// <summary>An object is larger than a cluster stores.</summary>
    public const string ObjectTooLarge = "object-too-large";

    /// <summary>The folder has the input of kustomize, not its output.</summary>
    public const string KustomizationInBundle = "kustomization-in-bundle";

    /// <summary>A hook of Helm that EdgeSync does not run, or not exactly as Helm does.</summary>
    public const string HelmHook = "helm-hook";

    /// <summary>An annotation of a hook that no site understands.</summary>
    public const string HookInvalid = "hook-invalid";

    /// <summary>A snapshot of a claim that the bundle does not make.</summary>
    public const string SnapshotUnmatched = "snapshot-unmatched";

    /// <summary>A snapshot that the cluster may not be able to make.</summary>
    public const string SnapshotUnsupported = "snapshot-unsupported";

    /// <summary>A restore of a claim that may lose something, or that the agent refuses.</summary>
    public const string SnapshotRestore = "snapshot-restore";

    /// <summary>A check of a preflight that asks a Service which the bundle does not bring.</summary>
    public const string PreflightUnmatched = "preflight-unmatched";

    /// <summary>A version of an API that newer clusters no longer have.</summary>
    public const string ApiRemoved = "api-removed";

    /// <summary>An object names no namespace.</summary>
    public const string NamespaceMissing = "namespace-missing";

    /// <summary>A namespace that the bundle does not make.</summary>
    public const string NamespaceNotInBundle = "namespace-not-in-bundle";

    /// <summary>A namespace that belongs to the cluster or to EdgeSync.</summary>
    public const string NamespaceReserved = "namespace-reserved";

    /// <summary>A namespace that the bundle's own policy does not allow.</summary>
    public const string NamespaceNotAllowed = "namespace-not-allowed";

    /// <summary>A namespace on an object of the whole cluster.</summary>
    public const string NamespaceOnClusterObject = "namespace-on-cluster-object";

    /// <summary>Only a cluster can tell whether the object belongs into the component's namespace.</summary>
    public const string NamespaceUncertain = "namespace-uncertain";

    /// <summary>An image name that no container runtime accepts.</summary>
    public const string ImageInvalid = "image-invalid";

    /// <summary>An image name that means another image tomorrow.</summary>
    public const string ImageFloating = "image-floating";

    /// <summary>An image that no registry and no layout has.</summary>
    public const string ImageMissing = "image-missing";

    /// <summary>A text that looks like an image which the bundle does not bring.</summary>
    public const string ImageNotInBundle = "image-not-in-bundle";

    /// <summary>A container that pulls its image at every start.</summary>
    public const string ImagePullAlways = "image-pull-always";

    /// <summary>A workload that names something which the bundle does not have.</summary>
    public const string ReferenceMissing = "reference-missing";

    /// <summary>A workload that does not select its own pods.</summary>
    public const string SelectorMismatch = "selector-mismatch";

    /// <summary>A secret that everybody who can read the registry can read.</summary>
    public const string SecretInBundle = "secret-in-bundle";

    /// <summary>A kind that its version of the API does not have.</summary>
    public const string KindUnknown = "kind-unknown";

    /// <summary>A field that the kind does not have.</summary>
    public const string FieldUnknown = "field-unknown";

    /// <summary>A field without which the object is refused.</summary>
    public const string FieldMissing = "field-missing";

    /// <summary>A value of another type than the field has.</summary>
    public const string FieldType = "field-type";

    /// <summary>A value of the right type that the field does not take.</summary>
    public const string FieldValue = "field-value";

    /// <summary>Two items of a list with the same key.</summary>
    public const string ListDuplicate = "list-duplicate";

    /// <summary>A name that the kind does not allow.</summary>
    public const string NameInvalid = "name-invalid";

    /// <summary>A label or an annotation that Kubernetes does not allow.</summary>
    public const string LabelInvalid = "label-invalid";

    /// <summary>A CustomResourceDefinition whose schema a server does not accept.</summary>
    public const string DefinitionSchema = "definition-schema";
}
