using EdgeSync.Primitives.Failures;

namespace EdgeSync.Signing;

/// <summary>A key, a password or a policy that cannot be used. What is signed wrongly is no failure but a verdict.</summary>
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
