using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using EdgeSync.Bundles;
using EdgeSync.Bundles.Building;
using EdgeSync.Bundles.Definition;
using EdgeSync.Bundles.Rendering;
using EdgeSync.Oci.Content;
using EdgeSync.Oci.Manifests;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Timing;

namespace EdgeSync.Agent.Commands;

/// <summary>The options of every verb that builds a bundle.</summary>
internal sealed class BundleBuildArguments(RegistryArguments registries)
{
    // A convention of reproducible builds (reproducible-builds.org): seconds since the epoch.
    private const string EpochVariable = "SOURCE_DATE_EPOCH";

    private readonly Option<string[]> _layouts = new("--image-layout")
    {
        Description = "Look for images in this local image layout before asking registries; may be repeated.",
        HelpName = "FOLDER",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<(string Name, ImageLocation Location)[]> _images = new("--image")
    {
        Description = "Take this image only from here; FROM is a reference, or oci:FOLDER[:NAME]. May be repeated.",
        HelpName = "NAME=FROM",
        DefaultValueFactory = _ => [],
        CustomParser = ParseImages,
    };

    private readonly Option<OciPlatform[]> _platforms = new("--platform")
    {
        Description = "Take this platform of each image, linux/amd64; may be repeated (default: all that the image has).",
        HelpName = "OS/ARCH",
        DefaultValueFactory = _ => [],
        CustomParser = ParsePlatforms,
    };

    private readonly Option<bool> _offline = new("--offline") { Description = "Fetch nothing: take images from local layouts only, and refuse remote charts and remote bases of a kustomization." };

    public void AddTo(Command command)
    {
        command.Add(_layouts);
        command.Add(_images);
        command.Add(_platforms);
        command.Add(_offline);
    }

    /// <summary>Builds the folder into the target; warnings and progress go to the error stream.</summary>
    public async Task<BuiltBundle> BuildAsync(
        ParseResult parsed, string folder, ContentStore target, string? tag, CancellationToken cancellationToken)
    {
        using var clients = new RegistryClientPool(parsed, registries);
        using var sources = new ImageSources(
            parsed.GetValue(_offline) ? null : new RegistryImages(clients.GetAsync, TimeProvider.System, new RetryPolicy(TimeProvider.System, new Random())), TimeProvider.System);
        foreach (var layout in parsed.GetRequiredValue(_layouts))
        {
            await sources.AddLayoutAsync(layout, cancellationToken);
        }

        foreach (var (name, location) in parsed.GetRequiredValue(_images))
        {
            sources.AddLocation(name, location);
        }

        var options = new BundleBuildOptions
        {
            Platforms = parsed.GetRequiredValue(_platforms),
            Created = CreatedByEnvironment(),
            Tag = tag,
            Rendering = new RenderOptions { IsOffline = parsed.GetValue(_offline) },
        };
        var progress = new LineProgress<BuildProgress>(image => $"image {image.Done + 1} of {image.Total}: {image.Reference} from {image.Place}");
        var built = await BundleBuilder.BuildAsync(folder, options, sources, target, progress, cancellationToken);
        foreach (var warning in built.Warnings)
        {
            await Console.Error.WriteLineAsync($"warning: {warning}");
        }

        foreach (var finding in built.Findings)
        {
            await Console.Error.WriteLineAsync(finding.ToString());
        }

        return built;
    }

    private static DateTimeOffset CreatedByEnvironment()
    {
        const long LastSecondOfYear9999 = 253_402_300_799;
        return Environment.GetEnvironmentVariable(EpochVariable) is not { Length: > 0 } text ? DateTimeOffset.UnixEpoch
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= LastSecondOfYear9999
                ? DateTimeOffset.FromUnixTimeSeconds(seconds)
                : throw new BundleException($"the environment variable {EpochVariable} is '{text}', which is no number of seconds") { ExitCode = ExitCodes.Usage };
    }

    private static (string, ImageLocation)[] ParseImages(ArgumentResult result)
    {
        var images = new List<(string, ImageLocation)>();
        foreach (var text in result.Tokens.Select(token => token.Value))
        {
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && ImageLocation.TryParse(text[(equals + 1)..], out var location))
            {
                images.Add((text[..equals], location));
            }
            else
            {
                result.AddError($"'{text}' must be NAME=registry/repository:tag or NAME=oci:FOLDER:NAME.");
            }
        }

        return [.. images];
    }

    private static OciPlatform[] ParsePlatforms(ArgumentResult result)
    {
        try
        {
            return [.. result.Tokens.Select(token => OciPlatform.Parse(token.Value))];
        }
        catch (FormatException failure)
        {
            result.AddError(failure.Message);
            return [];
        }
    }
}
