namespace EdgeSync.Kubernetes.Manifests;

/// <summary>One thing that is wrong in a manifest file; line and column count from 1.</summary>
public sealed record ManifestFault(string File, int Line, int Column, string Message)
{
    /// <summary>As compilers write it: <c>file:line:column: message</c>.</summary>
    public override string ToString() => $"{File}:{Line}:{Column}: {Message}";
}
