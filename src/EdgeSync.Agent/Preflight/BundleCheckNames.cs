namespace EdgeSync.Agent.Preflight;

/// <summary>The names of the checks that bundles bring.</summary>
internal static class BundleCheckNames
{
    public static string Of(string channel, string name) => $"bundle {channel}/{name}";
}
