using EdgeSync.Primitives.Failures;

namespace EdgeSync.Signing;

/// <summary>A key, a password or a policy that cannot be used. An invalid signature is not a failure but a verdict.</summary>
public sealed class SigningException : EdgeSyncException
{
    /// <inheritdoc/>
    public SigningException(string reason, string message, Exception? innerException = null)
        : base(reason, message, innerException)
    {
        Disposition = Disposition.Stalled;
        ExitCode = ExitCodes.BadInput;
    }
}
