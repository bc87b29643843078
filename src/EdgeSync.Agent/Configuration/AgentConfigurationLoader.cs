using System.Collections;
using System.Text;
using EdgeSync.Agent.Trust;

namespace EdgeSync.Agent.Configuration;

/// <summary>Reads the one configuration file and what the environment lays over it.</summary>
internal static class AgentConfigurationLoader
{
    /// <summary>Names the file where <c>--config</c> does not.</summary>
    public const string PathVariable = "EDGESYNC_CONFIG";

    private const int MaxSize = 1 << 20;

    /// <summary>
    /// The configuration, or <see cref="ConfigurationException"/> with every fault. Without <paramref name="checkFiles"/> the files that it
    /// names need not be there (enrolment makes some of them).
    /// </summary>
    public static AgentConfiguration Load(string path, IReadOnlyDictionary<string, string> environment, bool checkFiles = true)
    {
        var full = Path.GetFullPath(path);
        var context = new ReadingContext(Path.GetDirectoryName(full)!, checkFiles);
        var root = ConfigurationYaml.Read(full, ReadText(full), context.Faults)
            ?? throw new ConfigurationException(full, context.Faults);
        var overrides = new EnvironmentOverrides(context.Faults, context.Warnings);
        overrides.Apply(root, environment, RootKeys());

        var configuration = Read(full, root, context);
        if (checkFiles && configuration.Trust.File is { } trust && File.Exists(trust))
        {
            configuration = configuration with { Trust = configuration.Trust with { FilePolicy = TrustFile.Load(trust, context.Faults) } };
        }

        return context.Faults.Count == 0
            ? configuration with { Warnings = context.Warnings }
            : throw new ConfigurationException(full, context.Faults);
    }

    /// <summary>The file to read: the option, else the environment's, else the default.</summary>
    public static string ChoosePath(string? option, IReadOnlyDictionary<string, string> environment) =>
        option ?? environment.GetValueOrDefault(PathVariable) ?? AgentConfiguration.DefaultPath;

    /// <summary>The variables of this process.</summary>
    public static IReadOnlyDictionary<string, string> ProcessEnvironment() => Environment.GetEnvironmentVariables()
        .Cast<DictionaryEntry>()
        .ToDictionary(variable => (string)variable.Key, variable => (string?)variable.Value ?? "", StringComparer.Ordinal);

    /// <summary>Every key that is asked for when this text is read: what the documentation must list.</summary>
    public static IReadOnlySet<string> KnownKeys(string text)
    {
        var context = new ReadingContext("/", checkFiles: false);
        Read("/edgesync.yaml", ConfigurationYaml.Read("edgesync.yaml", text, context.Faults)!, context);
        return context.KnownKeys;
    }

    private static AgentConfiguration Read(string path, ConfigurationNode.Mapping root, ReadingContext context)
    {
        var reader = new SectionReader(context, root, "");
        var configuration = AgentConfiguration.Read(path, reader);
        reader.RefuseUnknownKeys();
        return configuration;
    }

    private static List<string> RootKeys() => [.. KnownKeys("").Where(key => !key.Contains('.', StringComparison.Ordinal))];

    private static string ReadText(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            if (file.Length > MaxSize)
            {
                throw Unreadable(path, $"is larger than {MaxSize >> 10} KiB; this is no configuration");
            }

            var bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            return new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(bytes).TrimStart('\uFEFF');
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Unreadable(path, "no such file; 'edgesync setup' writes one, or name another by --config");
        }
        catch (DecoderFallbackException)
        {
            throw Unreadable(path, "is not UTF-8 text");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, $"cannot be read: {failure.Message}");
        }
    }

    private static ConfigurationException Unreadable(string path, string problem) => new(path, [new ConfigurationFault(path, "", problem)]);
}
