using EdgeSync.Contracts.Messaging;

namespace EdgeSync.Agent.State;

/// <summary>Two signed releases under one number, as they lie on disk: the envelopes' bytes are as they were received, in Base64.</summary>
internal sealed record EvidenceDocument(string Schema, EquivocationStatus About, byte[] FoundEnvelope, byte[]? SeenEnvelope = null)
{
    public const string CurrentSchema = "edgesync.dev/equivocation/v1";
}
