using EdgeSync.Primitives.Failures;

namespace EdgeSync.Hq;

/// <summary>HQ cannot do what a caller requested. The message tells an operator why.</summary>
internal sealed class HqException : EdgeSyncException
{
    public HqException(string reason, string message, Exception? innerException = null)
        : base(reason, message, innerException)
    {
        Disposition = Disposition.Stalled;
    }
}
