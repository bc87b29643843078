namespace EdgeSync.Kubernetes.Manifests;

/// <summary>Where an object was read from: the file, the line it begins at, and the positions of its values.</summary>
public sealed record ManifestSource(string File, int Line, PositionMap Positions)
{
    /// <summary><c>file:line</c>.</summary>
    public override string ToString() => $"{File}:{Line}";
}
