using System.Text;
using EdgeSync.Agent.Configuration;
using EdgeSync.Primitives.Storage;
using EdgeSync.Signing.Policies;

namespace EdgeSync.Agent.Trust;

/// <summary>Reads <c>trust.yaml</c> (docs/trust.md): strictly, and with every fault at once.</summary>
internal static class TrustFile
{
    /// <summary>What the file's <c>schema</c> must say.</summary>
    public const string Schema = "edgesync.dev/trust/v1";

    private const int MaxBytes = 1 << 20;

    /// <summary>The policy, or <see cref="ConfigurationException"/> with every fault.</summary>
    public static TrustPolicy Load(string path)
    {
        var full = Path.GetFullPath(path);
        var faults = new List<ConfigurationFault>();
        return Load(full, faults) ?? throw new ConfigurationException(full, faults);
    }

    /// <summary>The policy, or null with what is wrong added to the faults.</summary>
    public static TrustPolicy? Load(string path, List<ConfigurationFault> faults)
    {
        var bytes = BoundedFile.Read(path, MaxBytes, out var problem);
        if (bytes is null)
        {
            faults.Add(new ConfigurationFault(path, "", problem));
            return null;
        }

        try
        {
            var text = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(bytes).TrimStart('\uFEFF');
            return Read(path, text, faults);
        }
        catch (DecoderFallbackException)
        {
            faults.Add(new ConfigurationFault(path, "", "is not UTF-8 text"));
            return null;
        }
    }

    /// <summary>As <see cref="Read(string, string, List{ConfigurationFault})"/>, of a policy that is delivered without the files beside it: it may name none.</summary>
    public static TrustPolicy? ReadAlone(string name, string text, List<ConfigurationFault> faults) =>
        Read(new ReadingContext("", checkFiles: false), name, text, faults);

    /// <summary>As <see cref="Load(string, List{ConfigurationFault})"/>, of a text; relative paths in it begin at the folder of this path.</summary>
    public static TrustPolicy? Read(string path, string text, List<ConfigurationFault> faults) =>
        Read(new ReadingContext(Path.GetDirectoryName(Path.GetFullPath(path))!, checkFiles: true), path, text, faults);

    private static TrustPolicy? Read(ReadingContext context, string path, string text, List<ConfigurationFault> faults)
    {
        TrustPolicy? policy = null;
        if (ConfigurationYaml.Read(path, text, context.Faults) is { } root)
        {
            var reader = new SectionReader(context, root, "");
            policy = ReadRoot(reader, context);
            reader.RefuseUnknownKeys();
        }

        faults.AddRange(context.Faults);
        return context.Faults.Count == 0 ? policy : null;
    }

    private static TrustPolicy? ReadRoot(SectionReader reader, ReadingContext context)
    {
        var schema = reader.Text("schema", Schema);
        if (schema.Length > 0 && schema != Schema)
        {
            reader.Fault("schema", $"'{schema}' is not known; this version reads '{Schema}'");
        }

        var authorities = new AuthorityList(reader, context.Folder);
        var rules = new RuleReader(authorities);
        var releases = rules.ReadReleases(reader);
        var bundles = rules.ReadBundles(reader);
        return context.Faults.Count == 0 ? new TrustPolicy(releases, bundles) : null;
    }
}
