namespace EdgeSync.Bundles.Archives;

/// <summary>One file of a content layer.</summary>
/// <param name="Path">Its path inside, with forward slashes.</param>
/// <param name="Content">Its bytes.</param>
public sealed record ArchiveFile(string Path, ReadOnlyMemory<byte> Content);
