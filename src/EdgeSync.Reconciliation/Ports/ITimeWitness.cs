namespace EdgeSync.Reconciliation.Ports;

/// <summary>Takes note of times that something authentic proves to have come.</summary>
public interface ITimeWitness
{
    /// <summary>
    /// Something with trusted signatures was there at this time, by its own word or a timestamp authority's, so that it is now this time or later.
    /// </summary>
    void Prove(DateTimeOffset time);
}
