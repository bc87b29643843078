namespace EdgeSync.Hq.Ingestion;

/// <summary>Whether HQ is connected to the broker. Without it every site looks silent, so the pages show a banner.</summary>
internal sealed class BrokerHealth(TimeProvider clock)
{
    private volatile Snapshot _current = new(false, clock.GetUtcNow(), "not connected yet");

    public Snapshot Current => _current;

    public void Set(bool isConnected, string? problem)
    {
        if (isConnected != _current.IsConnected || problem != _current.Problem)
        {
            _current = new Snapshot(isConnected, isConnected == _current.IsConnected ? _current.Since : clock.GetUtcNow(), problem);
        }
    }

    internal sealed record Snapshot(bool IsConnected, DateTimeOffset Since, string? Problem);
}
