namespace EdgeSync.Testbed.Peers;

/// <summary>A program that a newer Debian has in a package whose files run on this one.</summary>
internal sealed record DebianTool(string Name, string Package, string Suite)
{
    public static readonly DebianTool Cosign2 = new("cosign2", "cosign", "trixie");
    public static readonly DebianTool Cosign3 = new("cosign3", "cosign", "sid");
    public static readonly DebianTool Notation = new("notation", "notation", "sid");
    public static readonly DebianTool Oras = new("oras", "oras", "trixie");
    public static readonly DebianTool Crane = new("crane", "crane", "sid");
    public static readonly DebianTool Kustomize = new("kustomize", "kustomize", "trixie");

    public static IReadOnlyList<DebianTool> All { get; } = [Cosign2, Cosign3, Notation, Oras, Crane, Kustomize];
}
