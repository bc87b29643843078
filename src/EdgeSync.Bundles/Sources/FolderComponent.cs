using EdgeSync.Bundles.Archives;
using EdgeSync.Bundles.Definition;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Bundles.Sources;

/// <summary>A component of a <see cref="BundleFolder"/>.</summary>
/// <param name="Definition">What the definition says of it.</param>
/// <param name="Files">Its files by their path in the folder, sorted.</param>
/// <param name="Objects">The objects in them, each with its place.</param>
public sealed record FolderComponent(
    ComponentDefinition Definition, IReadOnlyList<ArchiveFile> Files, IReadOnlyList<KubernetesObject> Objects);
