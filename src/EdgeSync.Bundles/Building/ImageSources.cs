using EdgeSync.Bundles.Definition;
using EdgeSync.Oci.References;

namespace EdgeSync.Bundles.Building;

/// <summary>
/// The sources of a build's images. An image with a given place (by option or in <c>bundle.yaml</c>) is taken from there only. Any
/// other is looked for in the local layouts, in order, and then in its own registry.
/// </summary>
public sealed class ImageSources : IDisposable
{
    private readonly RegistryImages? _registries;
    private readonly TimeProvider _time;
    private readonly List<LayoutImages> _layouts = [];
    private readonly Dictionary<string, ImageLocation> _locations = new(StringComparer.Ordinal);
    private readonly Dictionary<string, LayoutImages> _opened = new(StringComparer.Ordinal);

    /// <summary>Sources with these registries; null keeps a build from using the network.</summary>
    public ImageSources(RegistryImages? registries, TimeProvider time)
    {
        _registries = registries;
        _time = time;
    }

    /// <summary>Adds a layout to look in. Throws <see cref="BundleException"/> for a folder that is none.</summary>
    public async Task AddLayoutAsync(string path, CancellationToken cancellationToken) => _layouts.Add(await OpenAsync(path, cancellationToken));

    /// <summary>Sets where to take one image from. This overrides <c>bundle.yaml</c>.</summary>
    public void AddLocation(string reference, ImageLocation location) => _locations[reference] = location;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var layout in _opened.Values)
        {
            layout.Dispose();
        }
    }

    internal async Task<FoundImage?> FindAsync(NeededImage image, string folder, CancellationToken cancellationToken)
    {
        if (_locations.TryGetValue(image.Reference, out var location))
        {
            return await FindAsync(location, image.Reference, Directory.GetCurrentDirectory(), cancellationToken);
        }

        if (image.From is { } from)
        {
            return await FindAsync(from, image.Reference, folder, cancellationToken);
        }

        foreach (var layout in _layouts)
        {
            if (await layout.FindAsync(image.Reference, cancellationToken) is { } found)
            {
                return found;
            }
        }

        return _registries is not null && OciReference.TryParseImage(image.Reference, out var name)
            ? await _registries.FindAsync(name, cancellationToken)
            : null;
    }

    private async Task<FoundImage?> FindAsync(ImageLocation location, string reference, string folder, CancellationToken cancellationToken)
    {
        if (location is ImageLocation.Layout place)
        {
            var layout = await OpenAsync(Path.GetFullPath(place.Path, Path.GetFullPath(folder)), cancellationToken);
            return place.Name is { } name
                ? await layout.FindAsync(name, cancellationToken)
                : await layout.FindAsync(reference, cancellationToken) ?? await layout.FindOnlyAsync(cancellationToken);
        }

        return _registries is null ? null : await _registries.FindAsync(((ImageLocation.Registry)location).Reference, cancellationToken);
    }

    private async Task<LayoutImages> OpenAsync(string path, CancellationToken cancellationToken)
    {
        var full = Path.GetFullPath(path);
        if (!_opened.TryGetValue(full, out var layout))
        {
            layout = await LayoutImages.OpenAsync(full, _time, cancellationToken);
            _opened.Add(full, layout);
        }

        return layout;
    }
}
