namespace EdgeSync.Agent.State;

/// <summary>One signed entry as it is sent.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Envelope">The DSSE envelope's bytes.</param>
internal sealed record LedgerEntry(long Number, byte[] Envelope);
