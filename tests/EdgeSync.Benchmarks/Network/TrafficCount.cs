namespace EdgeSync.Benchmarks.Network;

/// <summary>What has passed a forwarder since it began.</summary>
/// <param name="Payload">Bytes inside TCP, both directions; TLS records count as they are.</param>
/// <param name="Segments">TCP segments, both directions, as the kernel counts them; bare acknowledgements too.</param>
/// <param name="Connections">Connections that were opened.</param>
internal sealed record TrafficCount(long Payload, long Segments, int Connections)
{
    // IPv4 (20), TCP (20), the timestamp option (12).
    private const int HeaderBytes = 52;

    /// <summary>With the headers of IP and TCP: what a metered link counts.</summary>
    public long OnTheWire => Payload + (Segments * HeaderBytes);

    public static TrafficCount operator -(TrafficCount later, TrafficCount earlier) =>
        new(later.Payload - earlier.Payload, later.Segments - earlier.Segments, later.Connections - earlier.Connections);
}
