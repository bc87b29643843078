using System.Text;
using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.Setup;
using EdgeSync.Primitives.Storage;
using EdgeSync.Signing.Keys.Hardware;
using EdgeSync.Yaml;

namespace EdgeSync.Agent.Enrolment;

/// <summary>Writes the section <c>hq</c> into the configuration file.</summary>
internal static class HqSectionText
{
    public static IReadOnlyList<string> Create(string broker, SiteIdentity identity, HardwareKeyAddress? ledgerKey = null) =>
    [
        "hq:",
        $"  broker: {broker}",
        $"  caFile: {identity.BrokerAuthorityFile}",
        $"  certificateFile: {identity.CertificateFile}",
        $"  keyFile: {identity.ClientKeyFile}",
        ledgerKey is null ? $"  ledgerKeyFile: {identity.LedgerKeyFile}" : $"  ledgerKey: '{ledgerKey}'",
    ];

    /// <summary>
    /// Adds the section at the end of the file, if the file has none and does not end inside another section. False: the operator has to add it. The new text is
    /// loaded as the daemon would load it, before it is written.
    /// </summary>
    public static async Task<bool> TryAddAsync(string path, IReadOnlyList<string> section, CancellationToken cancellationToken)
    {
        var text = await File.ReadAllTextAsync(path, cancellationToken);
        if (!HasPlainEnd(text))
        {
            return false;
        }

        var edits = new LineEdits(text);
        edits.Append(["", .. section]);
        var candidate = Encoding.UTF8.GetBytes(edits.ToString());
        var trial = $"{path}.{Guid.NewGuid():N}.new";
        try
        {
            await DurableFile.WriteAsync(trial, candidate, DurableFile.PrivateMode, cancellationToken);
            if (AgentConfigurationLoader.Load(trial, new Dictionary<string, string>(), checkFiles: false).Hq is null)
            {
                return false;
            }
        }
        catch (ConfigurationException)
        {
            // The file was valid and would not be valid with the section: the operator decides.
            return false;
        }
        finally
        {
            File.Delete(trial);
        }

        var target = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        await DurableFile.WriteAsync(target, candidate, File.GetUnixFileMode(target), cancellationToken);
        return true;
    }

    private static bool HasPlainEnd(string text) =>
        YamlNode.TryParse(text, out var root, out _)
        && root is { Kind: YamlKind.Section, IsFlow: false, Position.Column: 1 }
        && root["hq"] is null
        && !text.Contains("\n...", StringComparison.Ordinal);
}
