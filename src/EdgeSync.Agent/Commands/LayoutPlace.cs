using EdgeSync.Primitives;

namespace EdgeSync.Agent.Commands;

/// <summary>Something in an image layout that a person names: <c>FOLDER</c>, <c>FOLDER:tag</c> or <c>FOLDER@digest</c>.</summary>
internal sealed record LayoutPlace(string Folder, string? Tag, Digest? Digest)
{
    /// <summary>The place; null where the text names no folder of a layout.</summary>
    public static LayoutPlace? Find(string text)
    {
        if (BundleLayout.IsLayout(text))
        {
            return new LayoutPlace(text, null, null);
        }

        var at = text.LastIndexOf('@');
        if (at > 0 && BundleLayout.IsLayout(text[..at]) && Primitives.Digest.TryParse(text[(at + 1)..], out var digest))
        {
            return new LayoutPlace(text[..at], null, digest);
        }

        var colon = text.LastIndexOf(':');
        return colon > 0 && BundleLayout.IsLayout(text[..colon]) ? new LayoutPlace(text[..colon], text[(colon + 1)..], null) : null;
    }
}
