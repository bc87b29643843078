namespace EdgeSync.Oci.Manifests;

/// <summary>A manifest as it came: its bytes, their digest, and what they say. Only <see cref="ManifestReader"/> makes one.</summary>
public sealed class ReceivedManifest
{
    internal ReceivedManifest(Descriptor descriptor, ReadOnlyMemory<byte> bytes, OciManifest content)
    {
        Descriptor = descriptor;
        Bytes = bytes;
        Content = content;
    }

    /// <summary>Media type, size, and the digest that was computed from <see cref="Bytes"/>.</summary>
    public Descriptor Descriptor { get; }

    /// <summary>The bytes as received; never serialised again.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>What the bytes say.</summary>
    public OciManifest Content { get; }
}
