namespace EdgeSync.Kubernetes.Runtime;

/// <summary>What answers on the runtime's socket.</summary>
/// <param name="Name">The runtime, such as <c>containerd</c>.</param>
/// <param name="Version">Its version.</param>
/// <param name="Api">The version of the interface that is spoken with it, <c>v1</c> or <c>v1alpha2</c>.</param>
public sealed record RuntimeVersion(string Name, string Version, string Api);
