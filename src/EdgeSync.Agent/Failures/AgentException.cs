using EdgeSync.Primitives.Failures;

namespace EdgeSync.Agent.Failures;

/// <summary>A verb of the agent failed. The libraries that it uses throw their own exceptions.</summary>
internal sealed class AgentException : EdgeSyncException
{
    public AgentException(string reason, string message, Exception? innerException = null)
        : base(reason, message, innerException)
    {
        Disposition = Disposition.Stalled;
    }
}
