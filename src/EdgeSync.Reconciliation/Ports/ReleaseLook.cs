using EdgeSync.Primitives;
using EdgeSync.Signing.Releases;

namespace EdgeSync.Reconciliation.Ports;

/// <summary>What a look at a channel found. Nothing of it is trusted yet.</summary>
public abstract record ReleaseLook
{
    private ReleaseLook()
    {
    }

    /// <summary>The tag still names what was seen last.</summary>
    public sealed record Unchanged : ReleaseLook;

    /// <summary>There is no such tag; nothing was ever released, or it was removed.</summary>
    public sealed record Missing : ReleaseLook;

    /// <summary>A record that was not seen before.</summary>
    /// <param name="Artifact">The digest of what the tag names.</param>
    /// <param name="Release">The record, with what lies beside it.</param>
    public sealed record Found(Digest Artifact, SignedRelease Release) : ReleaseLook;

    /// <summary>The tag names something that cannot be a release record.</summary>
    /// <param name="Artifact">The digest of what the tag names.</param>
    /// <param name="Message">Why it cannot.</param>
    public sealed record Unreadable(Digest Artifact, string Message) : ReleaseLook;
}
