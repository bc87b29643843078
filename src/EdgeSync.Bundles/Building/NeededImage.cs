using EdgeSync.Bundles.Definition;
using EdgeSync.Bundles.Metadata;
using EdgeSync.Bundles.Sources;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Yaml;

namespace EdgeSync.Bundles.Building;

/// <summary>An image that a bundle must contain, and the first place that names it.</summary>
internal sealed record NeededImage(string Reference, string File, TextPosition Position, ImageLocation? From)
{
    public BundleFault Fault(string message) => new(message, File, Position.Line, Position.Column);

    /// <summary>Every image that the objects use or the definition adds, each once, sorted.</summary>
    public static IReadOnlyList<NeededImage> Of(BundleFolder folder)
    {
        var definitions = folder.Definition?.Images ?? [];
        var ignored = folder.Definition?.IgnoredImages;
        var from = definitions.ToDictionary(image => image.Name, image => image.From, StringComparer.Ordinal);
        var used = folder.Objects.SelectMany(item => ImageReferences.Find(item).Where(use => !IgnoredImages.Has(ignored, use.Image)).Select(use => new NeededImage(
            use.Image, item.Source!.File, use.Position ?? new TextPosition(item.Source.Line, 1), from.GetValueOrDefault(use.Image))));
        var added = definitions.Select(image => new NeededImage(image.Name, BundleDefinition.FileName, image.Position, image.From));
        return [.. used.Concat(added).DistinctBy(image => image.Reference).OrderBy(image => image.Reference, StringComparer.Ordinal)];
    }
}
