namespace EdgeSync.Agent.Setup;

/// <summary>The first configuration of a site, with a comment for each key (<c>edgesync.yaml</c> in this folder).</summary>
internal static class ConfigurationTemplate
{
    public static string Create(string site, string fleet)
    {
        using var stream = typeof(ConfigurationTemplate).Assembly.GetManifestResourceStream("edgesync.yaml")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Replace("@SITE@", site, StringComparison.Ordinal).Replace("@FLEET@", fleet, StringComparison.Ordinal);
    }
}
