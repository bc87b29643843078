using EdgeSync.Bundles.Linting;
using EdgeSync.Bundles.Sources;
using EdgeSync.Bundles.Staging;
using EdgeSync.Oci;
using EdgeSync.Oci.Content;
using EdgeSync.Oci.References;

namespace EdgeSync.Bundles.Building;

/// <summary>
/// Packs a folder of manifests and every image that they use into a bundle in an image layout. The same folder and the same images give the same
/// digest, at any time, on any machine and with any runtime.
/// </summary>
public static class BundleBuilder
{
    /// <summary>
    /// Builds the folder into the target, and tags it there. Safe to call again. Throws <see cref="BundleException"/> with everything that is wrong
    /// with the folder, or with all images that were not found.
    /// </summary>
    public static async Task<BuiltBundle> BuildAsync(
        string directory,
        BundleBuildOptions options,
        ImageSources sources,
        ContentStore target,
        IProgress<BuildProgress>? progress,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentNullException.ThrowIfNull(target);
        var folder = await BundleFolder.LoadAsync(directory, options.Rendering, cancellationToken);
        var findings = BundleLinter.Lint(folder);
        RefuseErrors(findings, directory);

        var definition = folder.Definition!;
        var tag = options.Tag ?? TagOf(definition.Version);
        var (images, warnings) = await CopyImagesAsync(folder, options, sources, target, progress, cancellationToken);
        var metadata = BundlePacker.Describe(folder, images.Select(image => image.Reference));
        var packer = new BundlePacker(target);
        var content = await packer.WriteContentAsync(folder, metadata, cancellationToken);
        var index = await packer.WriteIndexAsync(metadata, content, images, definition.Created ?? options.Created, cancellationToken);
        await target.Tags.SetAsync(tag, index, cancellationToken);
        return new BuiltBundle(index, tag, metadata, images, findings) { Warnings = warnings };
    }

    /// <summary>The tag for a version: a character that a tag cannot have becomes an underscore, as in Helm.</summary>
    public static string TagOf(string version)
    {
        ArgumentNullException.ThrowIfNull(version);
        return version.Replace('+', '_');
    }

    private static void RefuseErrors(IReadOnlyList<LintFinding> findings, string directory)
    {
        var errors = findings.Where(finding => finding.Severity == LintSeverity.Error).ToList();
        if (errors.Count > 0)
        {
            var reason = errors.Any(finding => finding.Rule == LintRules.BundleEmpty) ? Contracts.ReasonCodes.BundleEmpty : Contracts.ReasonCodes.BundleInvalid;
            throw new BundleException(reason, [.. errors.Select(e => new BundleFault($"{e.Message} ({e.Rule})", e.File, e.Line, e.Column))])
            {
                Subject = directory,
                Hint = "'edgesync bundle lint' shows the warnings too.",
            };
        }
    }

    private static async Task<(IReadOnlyList<BuiltImage> Images, IReadOnlyList<string> Warnings)> CopyImagesAsync(
        BundleFolder folder,
        BundleBuildOptions options,
        ImageSources sources,
        ContentStore target,
        IProgress<BuildProgress>? progress,
        CancellationToken cancellationToken)
    {
        var needed = NeededImage.Of(folder);
        var found = await FindAllAsync(needed, folder.Path, sources, cancellationToken);
        var choice = new PlatformChoice(options.Platforms, target);
        var images = new List<BuiltImage>();
        var faults = new List<BundleFault>();
        foreach (var (image, name, source) in found)
        {
            progress?.Report(new BuildProgress(image.Reference, source.Place, images.Count, found.Count));
            try
            {
                var descriptor = await choice.CopyAsync(source, name, cancellationToken);
                images.Add(new BuiltImage(image.Reference, descriptor, source.Place, source.Origin));
            }
            catch (BundleException failure)
            {
                faults.Add(image.Fault(failure.Message));
            }
        }

        if (faults.Count > 0)
        {
            throw new BundleException(faults);
        }

        ImageMap.Of(images.Select(image => new Reading.BundleImage(image.Reference, image.Descriptor)));
        return (images, choice.Warnings);
    }

    // All images are found before the first is copied, so that two missing images are reported together and not an hour apart.
    private static async Task<List<(NeededImage Image, OciReference Name, FoundImage Source)>> FindAllAsync(
        IReadOnlyList<NeededImage> needed, string folder, ImageSources sources, CancellationToken cancellationToken)
    {
        var found = new List<(NeededImage, OciReference, FoundImage)>();
        var faults = new List<BundleFault>();
        foreach (var image in needed)
        {
            var name = OciReference.ParseImage(image.Reference);
            FoundImage? source;
            try
            {
                source = await sources.FindAsync(image, folder, cancellationToken);
            }
            catch (RegistryException failure) when (failure.Reason == RegistryReasons.ManifestInvalid)
            {
                faults.Add(image.Fault($"the image '{image.Reference}' cannot be used: {failure.Message} ({failure.Reason})"));
                continue;
            }

            if (source is null)
            {
                faults.Add(image.Fault($"the image '{image.Reference}' is in none of the layouts and registries that were asked ({LintRules.ImageMissing})"));
            }
            else if (name.Digest is { } pinned && pinned != source.Root.Descriptor.Digest)
            {
                faults.Add(image.Fault($"the image '{image.Reference}' is another one in {source.Place}: it has the digest {source.Root.Descriptor.Digest}"));
            }
            else
            {
                found.Add((image, name, source));
            }
        }

        return faults.Count == 0
            ? found
            : throw new BundleException(faults) { Hint = "Push the images, current and complete, or name a layout that has them: --image-layout FOLDER, or --image NAME=oci:FOLDER." };
    }
}
