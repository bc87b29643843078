using EdgeSync.Contracts.Releases;
using EdgeSync.Signing.Releases;

namespace EdgeSync.Signing.Verification;

/// <summary>
/// The bundle that this site runs already, by the site's own record. It may be read, repaired and rolled back to even where today's trust policy no
/// longer accepts it, and it is never a <see cref="VerifiedBundle"/>: nothing new can be staged from it. Only
/// <see cref="ReleaseVerifier.AcceptRunning"/> makes one.
/// </summary>
public sealed class RunningBundle
{
    internal RunningBundle(ReleaseRecord release) => Release = release;

    /// <summary>The release that brought it.</summary>
    public ReleaseRecord Release { get; }

    /// <summary>The bundle's name, repository and digest.</summary>
    public BundleRevision Revision => Release.Bundle;
}
