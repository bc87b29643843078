namespace EdgeSync.Primitives.Failures;

/// <summary>The exit codes of every EdgeSync program (BSD sysexits where one fits); docs/scripts.md documents them.</summary>
public static class ExitCodes
{
    /// <summary>All done.</summary>
    public const int Ok = 0;

    /// <summary>It failed; the message says why.</summary>
    public const int Failure = 1;

    /// <summary><c>plan</c> and <c>diff</c>: all went well, and something would change, or is not as it should be.</summary>
    public const int Changes = 2;

    /// <summary>The newest release did not become healthy; last-good runs again.</summary>
    public const int RolledBack = 3;

    /// <summary>A release is trusted, and this site does not take it: expired, made for another version, would delete too much.</summary>
    public const int Refused = 4;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 64;

    /// <summary>Input (a bundle directory, a manifest) is wrong.</summary>
    public const int BadInput = 65;

    /// <summary>What was named is not there: a repository, a tag, a bundle.</summary>
    public const int NotFound = 66;

    /// <summary>The other side answered, and does not let in who asks: no credentials, wrong ones, or too few rights.</summary>
    public const int NotAllowed = 67;

    /// <summary>Something needed did not answer: registry, cluster, daemon, HQ.</summary>
    public const int Unavailable = 69;

    /// <summary>All is ready, and waits: for the end of a hold, or for its time.</summary>
    public const int Waiting = 75;

    /// <summary>A signature, a release or a bundle is not trusted.</summary>
    public const int NotTrusted = 77;

    /// <summary>The configuration is wrong.</summary>
    public const int BadConfiguration = 78;

    /// <summary>Stopped by Ctrl-C or SIGTERM before the end; nothing is left half-done.</summary>
    public const int Interrupted = 130;
}
