namespace EdgeSync.Kubernetes.Runtime;

/// <summary>An image that the container runtime has.</summary>
/// <param name="Id">The runtime's own name of it, the digest of the image's configuration.</param>
/// <param name="Tags">References with a tag that lead to it, fully written (<c>docker.io/library/nginx:1.27</c>).</param>
/// <param name="Digests">References with a digest that lead to it.</param>
/// <param name="Size">Bytes on disk, as the runtime counts them.</param>
public sealed record RuntimeImage(string Id, IReadOnlyList<string> Tags, IReadOnlyList<string> Digests, ulong Size);
