using EdgeSync.Bundles.Definition;
using EdgeSync.Bundles.Metadata;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Oci.References;

namespace EdgeSync.Bundles.Linting.Rules;

/// <summary>Image names that cannot be pulled, or that mean another image tomorrow.</summary>
internal sealed class ImageNameRule : ILintRule
{
    private const string Latest = "latest";

    public IEnumerable<LintFinding> Check(LintContext context)
    {
        foreach (var item in context.Objects.Select(item => item.Item))
        {
            foreach (var use in ImageReferences.Find(item).Where(use => !IgnoredImages.Has(context.Folder.Definition?.IgnoredImages, use.Image)))
            {
                if (!OciReference.TryParseImage(use.Image, out var name))
                {
                    yield return LintContext.At(
                        LintRules.ImageInvalid, LintSeverity.Error, item, use.Path, $"'{use.Image}' is not an image name that a container runtime accepts");
                }
                else if (name is { Digest: null, Tag: Latest })
                {
                    yield return LintContext.At(
                        LintRules.ImageFloating, LintSeverity.Warning, item, use.Path,
                        $"'{use.Image}' {Floats(use.Image)}: it is another image tomorrow under the same name; write a version, or a digest");
                }
            }
        }

        foreach (var image in context.Folder.Definition?.Images ?? [])
        {
            if (OciReference.TryParseImage(image.Name, out var name) && name is { Digest: null, Tag: Latest })
            {
                yield return new LintFinding(
                    LintRules.ImageFloating, LintSeverity.Warning, BundleDefinition.FileName, image.Position.Line,
                    $"'{image.Name}' {Floats(image.Name)}: it is another image tomorrow under the same name; write a version, or a digest")
                {
                    Column = image.Position.Column,
                };
            }
        }
    }

    private static string Floats(string image) =>
        image.EndsWith(":" + Latest, StringComparison.Ordinal) ? "has the tag 'latest'" : "has no tag, which means 'latest'";
}
