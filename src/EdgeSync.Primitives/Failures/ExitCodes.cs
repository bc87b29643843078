namespace EdgeSync.Primitives.Failures;

/// <summary>The exit codes of every EdgeSync program (BSD sysexits where one fits).</summary>
public static class ExitCodes
{
    /// <summary>All done.</summary>
    public const int Ok = 0;

    /// <summary>It failed; the message says why.</summary>
    public const int Failure = 1;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 64;

    /// <summary>Input (a bundle directory, a manifest) is wrong.</summary>
    public const int BadInput = 65;

    /// <summary>Something needed did not answer: registry, cluster, daemon, HQ.</summary>
    public const int Unavailable = 69;

    /// <summary>A signature, a release or a bundle is not trusted.</summary>
    public const int NotTrusted = 77;

    /// <summary>The configuration is wrong.</summary>
    public const int BadConfiguration = 78;

    /// <summary>Stopped by Ctrl-C or SIGTERM before the end; nothing is left half-done.</summary>
    public const int Interrupted = 130;
}
