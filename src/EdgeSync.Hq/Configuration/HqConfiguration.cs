using EdgeSync.Primitives.Failures;
using Microsoft.Extensions.Configuration.Json;

namespace EdgeSync.Hq.Configuration;

/// <summary>
/// Reads the JSON file and the environment (<c>EDGESYNC_HQ_Broker__Url</c> and so on; the environment wins) into <see cref="HqOptions"/>. All
/// faults are told at once, each with its key; an unknown key is one.
/// </summary>
internal static class HqConfiguration
{
    public const string EnvironmentPrefix = "EDGESYNC_HQ_";
    public const string DefaultPath = "/etc/edgesync/hq.json";

    private const int MaxFileBytes = 256 * 1024;

    /// <summary>
    /// Reads file and environment. Files that settings name need to be there for serving only: the verbs that make certificates come before them.
    /// </summary>
    public static HqOptions Load(string? path, bool forServing)
    {
        var builder = new ConfigurationBuilder();
        if (path is not null || File.Exists(DefaultPath))
        {
            AddFile(builder, path ?? DefaultPath);
        }

        builder.AddEnvironmentVariables(EnvironmentPrefix);
        return Read(Build(builder, path), forServing);
    }

    public static HqOptions Read(IConfiguration configuration, bool forServing)
    {
        var reader = new SettingReader(configuration);
        var options = Bind(reader);
        reader.RefuseUnknownKeys();
        HqOptionsRules.Check(options, reader.Faults);
        if (forServing)
        {
            HqOptionsRules.CheckFiles(options, reader.Faults);
        }

        return reader.Faults.Count == 0 ? options : throw Invalid(reader.Faults);
    }

    private static HqOptions Bind(SettingReader reader)
    {
        var defaults = new HqOptions();
        return new HqOptions
        {
            Listen = reader.ReadUris("listen") ?? defaults.Listen,
            CertificateFile = reader.ReadText("certificateFile"),
            KeyFile = reader.ReadText("keyFile"),
            AllowPlainHttp = reader.ReadSwitch("allowPlainHttp") ?? defaults.AllowPlainHttp,
            StateDirectory = reader.ReadText("stateDirectory") ?? defaults.StateDirectory,
            LogLevel = reader.ReadLevel("logLevel") ?? defaults.LogLevel,
            Broker = BindBroker(reader),
            Enrolment = new EnrolmentOptions
            {
                BrokerUrl = reader.ReadUri("enrolment:brokerUrl"),
                BrokerAuthorityFile = reader.ReadText("enrolment:brokerAuthorityFile"),
                CertificateDays = reader.ReadNumber("enrolment:certificateDays") ?? defaults.Enrolment.CertificateDays,
            },
            InitialOperator = BindInitialOperator(reader),
        };
    }

    private static BrokerOptions BindBroker(SettingReader reader)
    {
        var defaults = new BrokerOptions();
        return new BrokerOptions
        {
            Url = reader.ReadUri("broker:url") ?? defaults.Url,
            AuthorityFile = reader.ReadText("broker:authorityFile"),
            CertificateFile = reader.ReadText("broker:certificateFile"),
            KeyFile = reader.ReadText("broker:keyFile"),
            ClientId = reader.ReadText("broker:clientId") ?? defaults.ClientId,
        };
    }

    private static InitialOperatorOptions? BindInitialOperator(SettingReader reader)
    {
        var name = reader.ReadText("initialOperator:name");
        var file = reader.ReadText("initialOperator:passwordFile");
        if (name is not null && file is null)
        {
            reader.Faults.Add("initialOperator:passwordFile: is missing");
        }

        return file is null ? null : new InitialOperatorOptions(name ?? "operator", file);
    }

    private static void AddFile(ConfigurationBuilder builder, string path)
    {
        var file = new FileInfo(Path.GetFullPath(path));
        if (!file.Exists)
        {
            throw Invalid([$"the file '{file.FullName}' does not exist"]);
        }

        if (file.Length > MaxFileBytes)
        {
            throw Invalid([$"the file '{file.FullName}' has more than {MaxFileBytes} bytes"]);
        }

        builder.Add(new JsonStreamConfigurationSource { Stream = new MemoryStream(File.ReadAllBytes(file.FullName)) });
    }

    private static IConfigurationRoot Build(ConfigurationBuilder builder, string? path)
    {
        try
        {
            return builder.Build();
        }
        catch (Exception failure) when (failure is FormatException or System.Text.Json.JsonException or InvalidDataException)
        {
            throw Invalid([$"the file '{path ?? DefaultPath}' is not JSON: {failure.InnerException?.Message ?? failure.Message}"]);
        }
    }

    private static HqException Invalid(IReadOnlyCollection<string> faults) =>
        new(HqReasons.ConfigurationInvalid, "the configuration is wrong:\n" + string.Join('\n', faults.Select(f => $"  {f}")))
        {
            ExitCode = ExitCodes.BadConfiguration,
            Hint = "docs/hq.md lists every setting; deploy/hq/hq.json is an example.",
        };
}
