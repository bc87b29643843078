namespace EdgeSync.Kubernetes.Apply;

/// <summary>One field that differs: its JSON pointer, the live value and the desired one as JSON (null where there is none; Secret values masked).</summary>
public sealed record FieldChange(string Path, string? Live, string? Desired);
