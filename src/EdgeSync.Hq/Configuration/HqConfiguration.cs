using System.Text.Json;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Storage;
using Microsoft.Extensions.Options;

namespace EdgeSync.Hq.Configuration;

/// <summary>
/// Reads the JSON file and the environment (<c>EDGESYNC_HQ_Broker__Url</c> and so on; the environment wins) into <see cref="HqOptions"/>. HQ reports
/// all faults at once, each with its key.
/// </summary>
internal static class HqConfiguration
{
    public const string EnvironmentPrefix = "EDGESYNC_HQ_";
    public const string DefaultPath = "/etc/edgesync/hq.json";

    private const int MaxFileBytes = 256 * 1024;

    /// <summary>Opens the file and the environment. Throws <see cref="HqException"/> if the file is missing or is not JSON.</summary>
    public static IConfiguration Open(string? path)
    {
        var builder = new ConfigurationBuilder();
        if (path is not null || Path.Exists(DefaultPath))
        {
            AddFile(builder, path ?? DefaultPath);
        }

        return Build(builder.AddEnvironmentVariables(EnvironmentPrefix), path);
    }

    /// <summary>Reads the settings for a verb of the command line. Throws <see cref="HqException"/> if any is wrong.</summary>
    public static HqOptions Load(string? path, bool forServing) => Read(Open(path), forServing);

    /// <summary>Binds and validates the settings. Throws <see cref="HqException"/> if any is wrong.</summary>
    public static HqOptions Read(IConfiguration configuration, bool forServing)
    {
        using var services = new ServiceCollection().AddHqOptions(configuration, forServing).BuildServiceProvider();
        try
        {
            return services.GetRequiredService<HqOptions>();
        }
        catch (OptionsValidationException failure)
        {
            throw Invalid(failure.Failures);
        }
    }

    /// <summary>Adds <see cref="HqOptions"/>. With <paramref name="forServing"/> the files that the settings name must exist.</summary>
    public static IServiceCollection AddHqOptions(this IServiceCollection services, IConfiguration configuration, bool forServing)
    {
        var (usable, faults) = HqSettings.Check(configuration);
        services.AddOptions<HqOptions>().Bind(usable).ValidateOnStart();
        return services
            .AddSingleton<IValidateOptions<HqOptions>>(new HqOptionsValidator(faults, forServing))
            .AddSingleton(s => s.GetRequiredService<IOptions<HqOptions>>().Value);
    }

    /// <summary>The failure that lists all faults and ends the program with exit code 78.</summary>
    public static HqException Invalid(IEnumerable<string> faults) =>
        new(HqReasons.ConfigurationInvalid, "the configuration is wrong:\n" + string.Join('\n', faults.Select(f => $"  {f}")))
        {
            ExitCode = ExitCodes.BadConfiguration,
            Hint = "docs/hq.md lists every setting; deploy/hq/hq.json is an example.",
        };

    private static void AddFile(ConfigurationBuilder builder, string path)
    {
        var content = BoundedFile.Read(Path.GetFullPath(path), MaxFileBytes, out var problem) ?? throw Invalid([problem]);
        builder.AddJsonStream(new MemoryStream(content));
    }

    private static IConfigurationRoot Build(IConfigurationBuilder builder, string? path)
    {
        try
        {
            return builder.Build();
        }
        catch (Exception failure) when (failure is FormatException or JsonException or InvalidDataException)
        {
            var file = $"the file '{path ?? DefaultPath}'";
            throw Invalid([(failure.InnerException ?? failure) is JsonException json ? FaultText.DescribeJson(file, json) : $"{file} is not one JSON object, or has a key twice"]);
        }
    }
}
