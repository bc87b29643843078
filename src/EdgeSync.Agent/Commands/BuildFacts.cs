using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace EdgeSync.Agent.Commands;

/// <summary>What this binary is, for people who report a bug and for scripts that compare the sites of a fleet.</summary>
/// <param name="Version">The release of EdgeSync.</param>
/// <param name="Commit">The commit it was built from, or <c>unknown</c>.</param>
/// <param name="Framework">The framework it was built for, <c>net10.0</c>.</param>
/// <param name="Runtime">The runtime and its version.</param>
/// <param name="Architecture">The processor it runs on, <c>x64</c>.</param>
/// <param name="Platform">The system and the processor, <c>linux-x64</c>.</param>
/// <param name="Native">Whether it is compiled ahead of time.</param>
internal sealed record BuildFacts(string Version, string Commit, string Framework, string Runtime, string Architecture, string Platform, bool Native)
{
    private const string Unknown = "unknown";

    public static BuildFacts Current { get; } = Read(typeof(BuildFacts).Assembly);

    private static BuildFacts Read(Assembly assembly)
    {
        var facts = assembly.GetCustomAttributes<AssemblyMetadataAttribute>().ToList();
        string Fact(string key) => facts.Find(fact => fact.Key == key)?.Value is { Length: > 0 } value ? value : Unknown;
        return new BuildFacts(
            assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? Unknown,
            Fact("Commit"),
            Fact("Framework"),
            RuntimeInformation.FrameworkDescription,
            RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant(),
            RuntimeInformation.RuntimeIdentifier,
            !RuntimeFeature.IsDynamicCodeSupported);
    }
}
