using EdgeSync.Primitives;

namespace EdgeSync.Oci.Mirror;

/// <summary>How the mirror behaves.</summary>
public sealed class MirrorOptions
{
    /// <summary>
    /// Called when content that should be served is damaged or missing, so that it can be fetched again. Called for each request that meets
    /// it, from several threads; must not block. Default: nothing.
    /// </summary>
    public Action<Digest> ContentLost { get; init; } = _ => { };
}
