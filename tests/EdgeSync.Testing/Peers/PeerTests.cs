namespace EdgeSync.Testing.Peers;

/// <summary>Decides whether tests that need a peer run: a registry, a broker, a node, the published binary, or any program that is not part of the .NET SDK.</summary>
public static class PeerTests
{
    /// <summary>The trait of these tests is <c>Category=Peer</c>.</summary>
    public const string Category = "Peer";

    /// <summary>The environment variable that enables these tests when it is <c>1</c>.</summary>
    public const string Variable = "EDGESYNC_PEERS";

    private const string SkipReason = $"needs peers that are not part of the .NET SDK: run './build.sh test', or set {Variable}=1 if they are installed";

    public static bool AreEnabled { get; } = Environment.GetEnvironmentVariable(Variable) == "1";

    internal static string? Skip => AreEnabled ? null : SkipReason;
}
