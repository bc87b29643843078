using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Agent.LocalApi;

/// <summary>No daemon answers at its socket.</summary>
[SuppressMessage("Design", "CA1032", Justification = "It always names the socket.")]
internal sealed class LocalApiException : EdgeSyncException
{
    private const string StartIt = "Is it running? Look at 'systemctl status edgesync', or start it with 'edgesync run'.";

    public LocalApiException(string socketPath, string why)
        : this(Describe(socketPath, why), socketPath, StartIt, cause: null)
    {
    }

    public LocalApiException(string socketPath, Exception cause)
        : this(Describe(socketPath, WordsOf(cause)), socketPath, CodeOf(cause) == SocketError.AccessDenied ? "Run as the agent's user, as a rule root." : StartIt, cause)
    {
        // There is no socket, or one that a killed process left behind.
        IsAbsent = CodeOf(cause) is SocketError.AddressNotAvailable or SocketError.ConnectionRefused;
    }

    private LocalApiException(string message, string? socketPath, string? hint, Exception? cause)
        : base("DaemonUnavailable", message, cause)
    {
        Subject = socketPath;
        Hint = hint;
        ExitCode = ExitCodes.Unavailable;
    }

    /// <summary>Whether it is certain that no daemon runs here.</summary>
    public bool IsAbsent { get; }

    /// <summary>The same failure, and the last known state could not be read either.</summary>
    public LocalApiException And(StorageException unread) =>
        new($"{Message}; and what was last known cannot be read: {unread.Message}", Subject, unread.Hint ?? Hint, unread);

    private static string Describe(string socketPath, string why) => $"the agent does not answer at '{socketPath}': {why}";

    private static string WordsOf(Exception cause) => CodeOf(cause) switch
    {
        SocketError.AddressNotAvailable => "there is no such socket",
        SocketError.ConnectionRefused => "nobody listens there",
        _ => FaultText.Describe(cause),
    };

    private static SocketError? CodeOf(Exception cause) => (cause as SocketException ?? cause.InnerException as SocketException)?.SocketErrorCode;
}
