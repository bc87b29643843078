using System.Diagnostics.CodeAnalysis;
using EdgeSync.Oci.References;

namespace EdgeSync.Bundles.Definition;

/// <summary>A place to take an image from: a registry, or an image layout on disk.</summary>
public abstract record ImageLocation
{
    private const string LayoutPrefix = "oci:";

    private ImageLocation()
    {
    }

    /// <summary>An image in a registry.</summary>
    /// <param name="Reference">Where it is.</param>
    public sealed record Registry(OciReference Reference) : ImageLocation
    {
        /// <inheritdoc/>
        public override string ToString() => Reference.ToString();
    }

    /// <summary>An image in an image layout.</summary>
    /// <param name="Path">The layout's folder.</param>
    /// <param name="Name">The image's name in the layout (<c>org.opencontainers.image.ref.name</c>); null where it is the only one.</param>
    public sealed record Layout(string Path, string? Name) : ImageLocation
    {
        /// <inheritdoc/>
        public override string ToString() => LayoutPrefix + Path + (Name is null ? "" : ":" + Name);
    }

    /// <summary>Reads <c>registry/repository:tag</c> or <c>oci:FOLDER[:NAME]</c>. False for anything else.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out ImageLocation? location)
    {
        location = null;
        if (text is not null && text.StartsWith(LayoutPrefix, StringComparison.Ordinal))
        {
            // The folder ends at the first colon; a name has colons of its own (registry:5000/app:1).
            var rest = text[LayoutPrefix.Length..];
            var colon = rest.IndexOf(':', StringComparison.Ordinal);
            var (path, name) = colon < 0 ? (rest, null) : (rest[..colon], rest[(colon + 1)..]);
            location = path.Length > 0 && name is not "" && !rest.Any(char.IsControl) ? new Layout(path, name) : null;
        }
        else if (OciReference.TryParseImage(text, out var reference))
        {
            location = new Registry(reference);
        }

        return location is not null;
    }
}
