using EdgeSync.Primitives;

namespace EdgeSync.Oci.Content;

/// <summary>
/// Where the files of an OCI image layout are. A path is only ever made from a <see cref="Digest"/>, never from text, so that nothing can
/// point outside.
/// </summary>
internal sealed class LayoutPaths(string root)
{
    public string Root { get; } = Path.GetFullPath(root);

    public string Layout => Path.Combine(Root, "oci-layout");

    public string Index => Path.Combine(Root, "index.json");

    public string Lock => Path.Combine(Root, ".lock");

    public string Blobs => Path.Combine(Root, "blobs", "sha256");

    public string Partials => Path.Combine(Root, "partial");

    public string Blob(Digest digest) => Path.Combine(Blobs, digest.Hex);

    public string Partial(Digest digest) => Path.Combine(Partials, digest.Hex);

    public string Temporary(Digest digest) => Path.Combine(Partials, $"{digest.Hex}.{Guid.NewGuid():N}.tmp");

    /// <summary>How many bytes an interrupted download of this blob left here.</summary>
    public long PartialSizeOf(Digest digest)
    {
        var file = new FileInfo(Partial(digest));
        return file.Exists ? file.Length : 0;
    }

    /// <summary>Whether the folder has files that no layout has.</summary>
    public bool HoldsOtherFiles() => Directory.Exists(Root)
        && Directory.EnumerateFileSystemEntries(Root).Any(path => Path.GetFileName(path) is not (".lock" or "blobs" or "partial" or "index.json" or "lost+found"));
}
