using EdgeSync.Primitives;

namespace EdgeSync.Oci.Content;

/// <summary>What garbage collection did.</summary>
/// <param name="Deleted">The blobs that are gone.</param>
/// <param name="BytesFreed">How much space that gave back, unfinished downloads among it.</param>
/// <param name="Missing">What the roots need and is not here; it was met on the way, and nothing was done about it.</param>
public sealed record GarbageReport(IReadOnlyList<Digest> Deleted, long BytesFreed, IReadOnlyList<Digest> Missing);
