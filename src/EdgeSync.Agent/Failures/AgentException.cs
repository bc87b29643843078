using EdgeSync.Primitives.Failures;

namespace EdgeSync.Agent.Failures;

/// <summary>A verb of the agent could not do its work; what it works on has failures of its own.</summary>
internal sealed class AgentException : EdgeSyncException
{
    public AgentException(string reason, string message, Exception? innerException = null)
        : base(reason, message, innerException)
    {
        Disposition = Disposition.Stalled;
    }
}
