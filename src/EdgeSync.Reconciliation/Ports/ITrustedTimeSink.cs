namespace EdgeSync.Reconciliation.Ports;

/// <summary>Takes the times that something authentic proves.</summary>
public interface ITrustedTimeSink
{
    /// <summary>
    /// Trusted signatures existed at this time, as a release record or a timestamp authority states; so it is now this time or later.
    /// </summary>
    void AdvanceLowerBound(DateTimeOffset time);
}
