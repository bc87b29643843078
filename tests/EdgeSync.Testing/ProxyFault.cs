namespace EdgeSync.Testing;

/// <summary>What a <see cref="FaultProxy"/> does to one connection. Positions count the bytes from the peer to the client, from 0.</summary>
public sealed record ProxyFault
{
    /// <summary>Nothing: bytes pass as they are.</summary>
    public static ProxyFault None { get; } = new();

    /// <summary>Breaks the connection after so many bytes to the client.</summary>
    public long? CutAfter { get; init; }

    /// <summary>Breaks the connection after so many bytes from the client to the peer.</summary>
    public long? CutAfterSent { get; init; }

    /// <summary>Ends a cut as a finished transfer looks (FIN) in place of a reset.</summary>
    public bool CutsPolitely { get; init; }

    /// <summary>Flips all bits of the byte at this position.</summary>
    public long? CorruptAt { get; init; }

    /// <summary>From this position on nothing passes any more, and nothing is closed: a link that has gone silent.</summary>
    public long? SilentAfter { get; init; }

    /// <summary>Waits before each piece to the client.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Takes the connection and breaks it at once.</summary>
    public bool Refuse { get; init; }
}
