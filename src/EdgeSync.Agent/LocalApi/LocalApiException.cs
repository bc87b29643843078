using System.Diagnostics.CodeAnalysis;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Agent.LocalApi;

/// <summary>No daemon answers at its socket.</summary>
[SuppressMessage("Design", "CA1032", Justification = "It always names the socket.")]
internal sealed class LocalApiException : EdgeSyncException
{
    public LocalApiException(string socketPath, string why)
        : base("DaemonUnavailable", $"the agent does not answer at '{socketPath}': {why}")
    {
        Subject = socketPath;
        Hint = "Is it running? Look at 'systemctl status edgesync', or start it with 'edgesync run'.";
        ExitCode = ExitCodes.Unavailable;
    }
}
