using EdgeSync.Primitives.Failures;

namespace EdgeSync.Oci;

/// <summary>A registry, or content that came from one, did not do or hold what it must (<see cref="RegistryReasons"/>).</summary>
public sealed class RegistryException : EdgeSyncException
{
    /// <inheritdoc/>
    public RegistryException(string reason, string message, Exception? innerException = null)
        : base(reason, message, innerException)
    {
        ExitCode = reason switch
        {
            RegistryReasons.Unauthorized or RegistryReasons.Denied => ExitCodes.NotAllowed,
            RegistryReasons.NotFound => ExitCodes.NotFound,
            RegistryReasons.ManifestInvalid or RegistryReasons.PlatformMissing or RegistryReasons.ContentTooLarge => ExitCodes.BadInput,
            _ => ExitCodes.Unavailable,
        };
    }

    /// <summary>The HTTP status that the registry answered with, or null where there was no answer.</summary>
    public int? StatusCode { get; init; }
}
