using EdgeSync.Oci.Manifests;

namespace EdgeSync.Oci.Content;

/// <summary>What a check of content found.</summary>
/// <param name="Checked">How many blobs and manifests were looked at.</param>
/// <param name="Missing">What is not here. What hangs below a missing manifest is not known, and not listed.</param>
/// <param name="Damaged">What is here, but not what its name says.</param>
public sealed record StoreReport(int Checked, IReadOnlyList<Descriptor> Missing, IReadOnlyList<Descriptor> Damaged)
{
    /// <summary>Whether everything is here and right.</summary>
    public bool IsComplete => Missing.Count == 0 && Damaged.Count == 0;

    internal static StoreReport Of(IReadOnlyList<(Descriptor Descriptor, ContentState State)> nodes) => new(
        nodes.Count,
        [.. nodes.Where(node => node.State == ContentState.Missing).Select(node => node.Descriptor)],
        [.. nodes.Where(node => node.State == ContentState.Damaged).Select(node => node.Descriptor)]);
}
