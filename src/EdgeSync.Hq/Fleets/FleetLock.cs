namespace EdgeSync.Hq.Fleets;

/// <summary>Lets one writer at a time read the projection, commit, and update the projection, so that no decision is based on an outdated state.</summary>
internal sealed class FleetLock
{
    private readonly Lock _lock = new();

    public T Run<T>(Func<T> change)
    {
        lock (_lock)
        {
            return change();
        }
    }
}
