namespace EdgeSync.Build;

/// <summary>The build cannot go on; the message says why and what to do.</summary>
internal sealed class BuildException(string message, int exitCode = 1) : Exception(message)
{
    /// <summary>Something that the machine lacks (BSD sysexits).</summary>
    public const int Unavailable = 69;

    public int ExitCode { get; } = exitCode;
}
