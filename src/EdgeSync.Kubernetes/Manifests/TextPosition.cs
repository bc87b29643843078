namespace EdgeSync.Kubernetes.Manifests;

/// <summary>A place in a text file, both numbers counted from 1.</summary>
public readonly record struct TextPosition(int Line, int Column);
