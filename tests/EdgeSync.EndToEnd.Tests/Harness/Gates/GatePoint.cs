namespace EdgeSync.EndToEnd.Tests.Harness.Gates;

/// <summary>Where a request can be stopped.</summary>
internal enum GatePoint
{
    /// <summary>Before the peer has heard of it.</summary>
    Request,

    /// <summary>When the peer has done it and the client does not know.</summary>
    Answer,

    /// <summary>Within the answer's body.</summary>
    Body,
}
