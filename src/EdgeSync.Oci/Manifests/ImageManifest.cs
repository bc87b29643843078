using System.Diagnostics.CodeAnalysis;

namespace EdgeSync.Oci.Manifests;

/// <summary>One image or artifact: a configuration and layers (OCI image manifest, or Docker's version 2, schema 2).</summary>
public sealed record ImageManifest : OciManifest
{
    /// <summary>The configuration.</summary>
    public required Descriptor Config { get; init; }

    /// <summary>The layers, lowest first. Tools in Go write null for none, or leave them out.</summary>
    [AllowNull]
    public IReadOnlyList<Descriptor> Layers { get; init => field = value ?? []; } = [];
}
