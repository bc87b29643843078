using EdgeSync.Agent.Configuration;
using EdgeSync.Signing.Policies;
using EdgeSync.Yaml;

namespace EdgeSync.Agent.Trust;

/// <summary>Reads <c>trust.yaml</c> (docs/trust.md) strictly and reports every fault at once.</summary>
internal static class TrustFile
{
    /// <summary>The value of <c>schema</c>.</summary>
    public const string Schema = "edgesync.dev/trust/v1";

    /// <summary>The policy, or <see cref="ConfigurationException"/> with every fault.</summary>
    public static TrustPolicy Load(string path)
    {
        var full = Path.GetFullPath(path);
        var faults = new List<YamlFault>();
        return Load(full, faults) ?? throw new ConfigurationException(full, faults);
    }

    /// <summary>The policy; null when there are faults, which are added to the list.</summary>
    public static TrustPolicy? Load(string path, List<YamlFault> faults)
    {
        var file = WithFiles(path);
        return Read(file, ConfigurationText.Read(file), faults);
    }

    /// <summary>As <see cref="Read(string, string, List{YamlFault})"/>, for a policy that is delivered without files: its keys must be in the text.</summary>
    public static TrustPolicy? ReadAlone(string name, string text, List<YamlFault> faults)
    {
        var file = new YamlFile(name, new YamlRules());
        return Read(file, file.Parse(text), faults);
    }

    /// <summary>As <see cref="Load(string, List{YamlFault})"/>, for a text; relative paths in it begin at the folder of the path.</summary>
    public static TrustPolicy? Read(string path, string text, List<YamlFault> faults)
    {
        var file = WithFiles(path);
        return Read(file, file.Parse(text), faults);
    }

    private static YamlFile WithFiles(string path) =>
        new(path, new YamlRules()) { Folder = Path.GetDirectoryName(Path.GetFullPath(path))!, ChecksFiles = true };

    private static TrustPolicy? Read(YamlFile file, YamlNode? root, List<YamlFault> faults)
    {
        var policy = root is null ? null : file.Read(root, ReadRoot);
        faults.AddRange(file.Faults);
        return file.Faults.Count == 0 ? policy : null;
    }

    private static TrustPolicy? ReadRoot(YamlSection reader)
    {
        var schema = reader.Text("schema", Schema);
        if (schema.Length > 0 && schema != Schema)
        {
            reader.Fault("schema", $"'{schema}' is not known; this version reads '{Schema}'");
        }

        var authorities = new AuthorityList(reader);
        var rules = new RuleReader(authorities);
        var releases = rules.ReadReleases(reader);
        var bundles = rules.ReadBundles(reader);
        return reader.File.Faults.Count == 0 ? new TrustPolicy(releases, bundles) : null;
    }
}
