namespace EdgeSync.Architecture.Tests;

/// <summary>References go downward only, so that each part can be understood, tested and replaced without those above it.</summary>
public sealed class ReferenceTests
{
    private const string Primitives = "EdgeSync.Primitives";
    private const string Sqlite = "EdgeSync.Sqlite";
    private const string Contracts = "EdgeSync.Contracts";
    private const string Yaml = "EdgeSync.Yaml";
    private const string Oci = "EdgeSync.Oci";
    private const string Mqtt = "EdgeSync.Mqtt";
    private const string Kubernetes = "EdgeSync.Kubernetes";
    private const string Signing = "EdgeSync.Signing";
    private const string Bundles = "EdgeSync.Bundles";
    private const string Reconciliation = "EdgeSync.Reconciliation";
    private const string Agent = "EdgeSync.Agent";
    private const string Hq = "EdgeSync.Hq";

    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        [Primitives] = [],
        [Sqlite] = [Primitives],
        [Contracts] = [Primitives],
        [Oci] = [Primitives],
        [Mqtt] = [Primitives],
        [Yaml] = [Primitives],
        [Kubernetes] = [Yaml, Primitives],
        [Signing] = [Contracts, Oci, Primitives],
        [Bundles] = [Kubernetes, Yaml, Signing, Contracts, Oci, Primitives],
        [Reconciliation] = [Bundles, Kubernetes, Yaml, Signing, Contracts, Oci, Primitives],
        [Agent] = [Reconciliation, Bundles, Kubernetes, Yaml, Signing, Contracts, Oci, Primitives, Mqtt, Sqlite],
        [Hq] = [Contracts, Mqtt, Signing, Sqlite, Oci, Primitives],
    };

    public static TheoryData<string> Projects => [.. SourceAssemblies.Projects];

    [Theory]
    [MemberData(nameof(Projects))]
    public void References_EachProject_OnlyThoseBelow(string project)
    {
        Assert.True(Allowed.ContainsKey(project), $"{project} is new: say here what it may reference.");

        var (used, _) = SourceAssemblies.ReferencesOf(project);

        Assert.Empty(used.Except(Allowed[project]));
    }

    [Fact]
    public void References_OfSigning_NoNetworkWithinReach()
    {
        var (_, others) = SourceAssemblies.ReferencesOf(Signing);

        Assert.DoesNotContain(others, IsNetwork);
    }

    [Theory]
    // Polly for the one retry policy (docs/decisions/0033-retry-policy.md). The others for the proxy that clients share and for what the exceptions of the network
    // mean in words (docs/decisions/0037, 0040); nothing in Primitives opens a connection.
    [InlineData(Primitives, "Polly.Core", "System.Net.Http", "System.Net.Primitives", "System.Net.Security")]
    [InlineData(Contracts)]
    public void References_OfWhatAllShare_NothingButTheFrameworkAndWhatWasDecided(string project, params string[] decided)
    {
        var (_, others) = SourceAssemblies.ReferencesOf(project);

        Assert.All(
            others.Except(decided), name => Assert.True(name.StartsWith("System.", StringComparison.Ordinal) && !IsNetwork(name), name));
    }

    private static bool IsNetwork(string assembly) =>
        assembly.StartsWith("System.Net.", StringComparison.Ordinal) || assembly.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal);
}
