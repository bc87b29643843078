using EdgeSync.Primitives.Failures;

namespace EdgeSync.Agent.Publishing;

/// <summary>Signing or publishing was refused, to keep a mistake from reaching every site.</summary>
internal sealed class PublishException : EdgeSyncException
{
    public PublishException(string reason, string message)
        : base(reason, message)
    {
        Disposition = Disposition.Stalled;
        ExitCode = ExitCodes.BadInput;
    }
}
