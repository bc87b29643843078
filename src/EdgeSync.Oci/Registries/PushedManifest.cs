using EdgeSync.Oci.Manifests;

namespace EdgeSync.Oci.Registries;

/// <summary>A manifest that the registry has taken.</summary>
/// <param name="Descriptor">Its media type, digest and size.</param>
/// <param name="SubjectRecorded">Whether the registry itself lists it among its subject's referrers.</param>
public sealed record PushedManifest(Descriptor Descriptor, bool SubjectRecorded);
