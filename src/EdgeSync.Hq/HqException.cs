using EdgeSync.Primitives.Failures;

namespace EdgeSync.Hq;

/// <summary>HQ cannot do what was asked, for a reason that an operator can act on.</summary>
internal sealed class HqException : EdgeSyncException
{
    public HqException(string reason, string message, Exception? innerException = null)
        : base(reason, message, innerException)
    {
        Disposition = Disposition.Stalled;
    }
}
