namespace EdgeSync.Oci.Manifests;

/// <summary>A list of manifests (OCI image index, or Docker's manifest list).</summary>
public sealed record ImageIndex : OciManifest
{
    /// <summary>The manifests, in order.</summary>
    public required IReadOnlyList<Descriptor> Manifests { get; init; }
}
