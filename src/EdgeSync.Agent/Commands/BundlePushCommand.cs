using System.CommandLine;
using System.Globalization;
using EdgeSync.Bundles;
using EdgeSync.Bundles.Building;
using EdgeSync.Bundles.Publishing;
using EdgeSync.Oci.Content;
using EdgeSync.Oci.Manifests;
using EdgeSync.Oci.References;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Agent.Commands;

/// <summary>
/// <c>edgesync bundle push REFERENCE --from LAYOUT</c> sends a bundle from a layout; <c>edgesync bundle push DIR REFERENCE</c> builds it first.
/// </summary>
internal static class BundlePushCommand
{
    public static Command Create()
    {
        var arguments = new Argument<string[]>("reference")
        {
            Description = "The target, registry/repository:tag; preceded by the folder if the bundle has to be built first.",
            HelpName = "[DIR] REFERENCE",
            Arity = new ArgumentArity(1, 2),
        };
        var from = new Option<string?>("--from") { Description = "The image layout that 'bundle build' has written.", HelpName = "LAYOUT" };
        var registries = new RegistryArguments();
        var build = new BundleBuildArguments(registries);
        var command = new Command("push", "Send a bundle to a registry; existing blobs are not sent again.") { arguments, from };
        build.AddTo(command);
        registries.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(arguments) is { } texts && texts.Length == 2 == (result.GetValue(from) is not null))
            {
                result.AddError("Say what to push: either --from LAYOUT and a reference, or a folder and a reference.");
            }
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var texts = parsed.GetRequiredValue(arguments);
            var target = ParseTarget(texts[^1]);
            if (parsed.GetValue(from) is { } layout)
            {
                using var store = await BundleLayout.OpenAsync(layout, cancellationToken);
                var bundle = await BundleLayout.FindAsync(store, target.Tag, cancellationToken);
                return await PushAsync(parsed, registries, store, bundle, [], target, cancellationToken);
            }

            using var temporary = new TemporaryLayout();
            using var built = await temporary.OpenAsync(cancellationToken);
            var result = await build.BuildAsync(parsed, texts[0], built, tag: null, cancellationToken);
            return await PushAsync(parsed, registries, built, result.Descriptor, result.Images, target, cancellationToken);
        });
        return command;
    }

    private static OciReference ParseTarget(string text) =>
        OciReference.TryParse(text, out var target) && target is { Tag: not null, Digest: null }
            ? target
            : throw new BundleException($"'{text}' is no place to push to; write registry/repository:tag") { ExitCode = ExitCodes.Usage };

    private static async Task<int> PushAsync(
        ParseResult parsed,
        RegistryArguments registries,
        ContentStore store,
        Descriptor bundle,
        IReadOnlyList<BuiltImage> images,
        OciReference target,
        CancellationToken cancellationToken)
    {
        using var client = await registries.ConnectAsync(parsed, target.Registry, cancellationToken);
        var report = await new BundlePublisher(store, client).PushAsync(bundle, target, images, progress: null, cancellationToken);
        await Console.Error.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Sent} blobs sent ({report.SentBytes / 1e6:0.0} MB), {report.Mounted} mounted, {report.Present} there already"));
        Console.WriteLine(report.Target);
        return ExitCodes.Ok;
    }
}
