namespace EdgeSync.Agent.Configuration;

/// <summary><c>trust</c>: whose signatures this site accepts, by role.</summary>
/// <param name="Releases">Who may say what a channel delivers.</param>
/// <param name="Bundles">Who may build what is delivered.</param>
internal sealed record TrustSection(TrustRole Releases, TrustRole Bundles)
{
    public static TrustSection Read(SectionReader reader) =>
        new(reader.Section("releases", TrustRole.Read), reader.Section("bundles", TrustRole.Read));
}
