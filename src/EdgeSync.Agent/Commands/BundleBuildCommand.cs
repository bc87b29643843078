using System.CommandLine;
using EdgeSync.Oci.Content;
using EdgeSync.Oci.References;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Agent.Commands;

/// <summary><c>edgesync bundle build DIR --output LAYOUT</c>: packs a folder and its images into an image layout.</summary>
internal static class BundleBuildCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("dir") { Description = "The folder with bundle.yaml and the manifests, kustomizations and charts that it names.", HelpName = "DIR" };
        var output = new Option<string>("--output", "-o") { Description = "The image layout to write into; made if missing.", HelpName = "LAYOUT", Required = true };
        var tag = new Option<string?>("--tag") { Description = "The tag in the layout (default: the bundle's version).", HelpName = "TAG" };
        tag.Validators.Add(result =>
        {
            if (result.GetValue(tag) is { } text && !ReferenceGrammar.IsTag(text))
            {
                result.AddError($"'{text}' is not a tag: use letters, digits, and . _ - behind the first.");
            }
        });
        var registries = new RegistryArguments();
        var build = new BundleBuildArguments(registries);
        var command = new Command("build", "Pack a folder of manifests, and every image that they use, into a bundle.") { folder, output, tag };
        build.AddTo(command);
        registries.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var layout = parsed.GetRequiredValue(output);
            var isNew = !Directory.Exists(layout);
            var isBuilt = false;
            try
            {
                using var target = await ContentStore.OpenAsync(layout, TimeProvider.System, cancellationToken);
                var built = await build.BuildAsync(parsed, parsed.GetRequiredValue(folder), target, parsed.GetValue(tag), cancellationToken);
                isBuilt = true;
                Console.WriteLine($"{built.Metadata.Name} {built.Metadata.Version} {built.Descriptor.Digest}");
                return ExitCodes.Ok;
            }
            finally
            {
                // After an error, an empty layout would look like a result.
                if (isNew && !isBuilt && Directory.Exists(layout))
                {
                    Directory.Delete(layout, recursive: true);
                }
            }
        });
        return command;
    }
}
