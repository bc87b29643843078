using EdgeSync.Contracts.Plans;

namespace EdgeSync.Hq.Ingestion;

/// <summary>A verified answer to the question where a cluster is not what should run.</summary>
internal sealed record StoredDiff(long SiteId, PlanDocument Document, DateTimeOffset ReceivedAt, ReadOnlyMemory<byte> Envelope);
