using EdgeSync.Bundles.Archives;
using EdgeSync.Bundles;
using EdgeSync.Oci.Content;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Storage;
using EdgeSync.Primitives;

namespace EdgeSync.Agent.Commands;

/// <summary>
/// Content of an image layout that the user named: <c>PATH</c>, <c>PATH:tag</c> or <c>PATH@digest</c>, of a folder or of a tar archive. A transport
/// before it, as other tools want one (<c>oci:</c>, <c>oci-archive:</c>), makes no difference.
/// </summary>
internal sealed record LayoutPlace(string Path, string? Tag, Digest? Digest)
{
    private static readonly string[] Transports = ["oci:", "oci-archive:"];

    /// <summary>The place; null if the text names no layout on this machine.</summary>
    public static LayoutPlace? Find(string text) => FindAt(text) ?? (WithoutTransport(text) is { } path ? FindAt(path) : null);

    /// <summary>What is wrong with a text that names neither a layout nor anything in a registry.</summary>
    public static BundleException Explain(string text)
    {
        var path = WithoutTransport(text) ?? text;
        if (Directory.Exists(path))
        {
            return new BundleException($"the folder '{path}' is no image layout: it has no file 'oci-layout'") { Subject = path };
        }

        return path != text || path.StartsWith('/') || path.StartsWith('.')
            ? new BundleException($"there is no image layout at '{path}'") { Subject = path, ExitCode = ExitCodes.NotFound }
            : new BundleException($"'{text}' is neither an image layout nor a reference in a registry") { ExitCode = ExitCodes.Usage };
    }

    /// <summary>
    /// Opens the layout for reading. The needed files of an archive are unpacked into <paramref name="temporary"/>. Throws
    /// <see cref="EdgeSyncException"/>.
    /// </summary>
    public ContentStore Open(TemporaryLayout temporary, int maxBlobBytes, TimeProvider time)
    {
        if (!File.Exists(Path))
        {
            return ContentStore.OpenExisting(Path, time);
        }

        try
        {
            // A pipe has no length, and opening it may block forever.
            if (RegularFile.LengthOf(Path) is null or 0)
            {
                throw new BundleException($"the archive '{Path}' is empty, or no regular file") { Subject = Path };
            }

            using var archive = File.OpenRead(Path);
            LayoutArchive.Unpack(archive, temporary.Folder, maxBlobBytes);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new BundleException($"the archive '{Path}' cannot be read: {failure.Message}", failure) { Subject = Path };
        }

        return ContentStore.OpenExisting(temporary.Folder, time);
    }

    private static LayoutPlace? FindAt(string text)
    {
        if (IsThere(text))
        {
            return new LayoutPlace(text, null, null);
        }

        var at = text.LastIndexOf('@');
        if (at > 0 && IsThere(text[..at]) && Primitives.Digest.TryParse(text[(at + 1)..], out var digest))
        {
            return new LayoutPlace(text[..at], null, digest);
        }

        var colon = text.LastIndexOf(':');
        return colon > 0 && IsThere(text[..colon]) ? new LayoutPlace(text[..colon], text[(colon + 1)..], null) : null;
    }

    private static bool IsThere(string path) => BundleLayout.IsLayout(path) || File.Exists(path);

    private static string? WithoutTransport(string text) =>
        Transports.FirstOrDefault(transport => text.StartsWith(transport, StringComparison.Ordinal)) is { } transport ? text[transport.Length..] : null;
}
