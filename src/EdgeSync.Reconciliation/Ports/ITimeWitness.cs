namespace EdgeSync.Reconciliation.Ports;

/// <summary>Takes note of times that something authentic proves to have come.</summary>
public interface ITimeWitness
{
    /// <summary>A record with trusted signatures was made at this time, so that it is now this time or later.</summary>
    void Prove(DateTimeOffset issuedAt);
}
