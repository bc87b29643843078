using EdgeSync.Yaml;

namespace EdgeSync.Kubernetes.Manifests;

/// <summary>
/// One place where an object names a container image: the reference as written, the JSON pointer to it, and its position in the file
/// (null if the object did not come from one).
/// </summary>
public sealed record ImageUse(string Image, string Path, TextPosition? Position);
