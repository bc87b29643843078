using System.CommandLine;
using System.Text.Json;
using EdgeSync.Agent.Output;
using EdgeSync.Bundles;
using EdgeSync.Bundles.Reading;
using EdgeSync.Bundles.Values;
using EdgeSync.Oci.Download;
using EdgeSync.Oci.References;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Timing;
using Spectre.Console;

namespace EdgeSync.Agent.Commands;

/// <summary><c>edgesync bundle inspect REFERENCE|LAYOUT</c>: shows what is in a bundle. It verifies no signature and fetches no image.</summary>
internal static class BundleInspectCommand
{
    public static Command Create()
    {
        var place = new Argument<string>("reference")
        {
            Description = "The bundle in a registry (registry/repository:tag, or @digest), or the folder of an image layout.",
            HelpName = "REFERENCE|LAYOUT",
        };
        var output = OutputOption.Create();
        var registries = new RegistryArguments();
        var command = new Command("inspect", "Show what is in a bundle: objects, images, what it needs. Signatures are not verified.") { place, output };
        registries.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var text = parsed.GetRequiredValue(place);
            var content = BundleLayout.IsLayout(text)
                ? await ReadLayoutAsync(text, cancellationToken)
                : await ReadRegistryAsync(text, parsed, registries, cancellationToken);
            var inspection = BundleInspection.Of(content);
            if (parsed.GetValue(output) == OutputFormat.Json)
            {
                Console.WriteLine(JsonSerializer.Serialize(inspection, BundleOutputJsonContext.Default.BundleInspection));
            }
            else
            {
                Print(inspection, ConsoleOutput.Standard());
            }

            return ExitCodes.Ok;
        });
        return command;
    }

    private static async Task<BundleContent> ReadLayoutAsync(string path, CancellationToken cancellationToken)
    {
        using var layout = await BundleLayout.OpenAsync(path, cancellationToken);
        var bundle = await BundleLayout.FindAsync(layout, tag: null, cancellationToken);
        return await BundleReader.InspectAsync(bundle.Digest, layout, cancellationToken);
    }

    private static async Task<BundleContent> ReadRegistryAsync(
        string text, ParseResult parsed, RegistryArguments registries, CancellationToken cancellationToken)
    {
        if (!OciReference.TryParse(text, out var reference))
        {
            throw new BundleException($"'{text}' is neither the folder of an image layout nor a reference in a registry") { ExitCode = ExitCodes.Usage };
        }

        using var client = await registries.ConnectAsync(parsed, reference.Registry, cancellationToken);
        var root = reference.Digest is { } digest
            ? await client.GetManifestAsync(reference.Repository, digest, cancellationToken)
            : await client.FindManifestAsync(reference.Repository, reference.Tag ?? "latest", cancellationToken)
                ?? throw new BundleException($"the registry has no '{reference}'") { Subject = reference.ToString(), ExitCode = ExitCodes.NotFound };
        using var temporary = new TemporaryLayout();
        using var store = await temporary.OpenAsync(cancellationToken);
        await new GraphFetcher(store, new FetchOptions(), TimeProvider.System, new RetryPolicy(TimeProvider.System, new Random()))
            .FetchAsync(client, reference.Repository, root.Descriptor, BundleReader.SelectContent(root), progress: null, cancellationToken);
        return await BundleReader.InspectAsync(root.Descriptor.Digest, store, cancellationToken);
    }

    private static void Print(BundleInspection bundle, IAnsiConsole console)
    {
        var name = $"{bundle.Name} {bundle.Version}";
        console.WriteMarkupLine($"[bold]{name}[/]  {bundle.Digest}  ({(bundle.Kind == "archive" ? "archive of YAML" : bundle.Kind)})");
        foreach (var (what, range) in new[] { ("Kubernetes", bundle.Requires.Kubernetes), ("agent", bundle.Requires.Agent) })
        {
            if (range is not null)
            {
                console.WriteMarkupLine($"needs {what} {range.ToString()}");
            }
        }

        foreach (var (value, declaration) in bundle.Values ?? new Dictionary<string, ValueDeclaration>())
        {
            var given = declaration.Secret ? "a secret of the site" : declaration.Default is { } text ? $"default '{text}'" : "no default";
            console.WriteMarkupLine($"value {value}: {given}");
        }

        foreach (var snapshot in bundle.Snapshots ?? [])
        {
            var claim = snapshot.Namespace is null ? snapshot.Claim : $"{snapshot.Namespace}/{snapshot.Claim}";
            console.WriteMarkupLine($"snapshot of {claim}: {(snapshot.Restore ? "restored by a rollback" : "for people")}{(snapshot.Optional ? ", where the cluster can make it" : "")}");
        }

        var objects = ConsoleOutput.CreateTable("COMPONENT", "KIND", "NAMESPACE", "NAME");
        foreach (var component in bundle.Components)
        {
            var when = component.When is { } labels ? $" (where {string.Join(", ", labels.Select(label => $"{label.Key}={label.Value}"))})" : "";
            var after = component.DependsOn.Count > 0 ? $" (after {string.Join(", ", component.DependsOn)})" : "";
            foreach (var item in component.Objects)
            {
                objects.AddText(component.Name + when + after, item.Kind, item.Namespace ?? "-", item.Name);
            }

            foreach (var hook in component.Hooks ?? [])
            {
                objects.AddText(component.Name + when + after, $"Job ({string.Join(", ", hook.Moments)} hook)", hook.Namespace ?? "-", hook.Job);
            }
        }

        console.WriteTable(objects);
        if (bundle.Images.Count > 0)
        {
            var images = ConsoleOutput.CreateTable("IMAGE", "DIGEST");
            foreach (var image in bundle.Images)
            {
                images.AddText(image.Reference, image.Digest.ToString());
            }

            console.WriteTable(images);
        }
    }
}
