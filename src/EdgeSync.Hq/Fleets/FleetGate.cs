namespace EdgeSync.Hq.Fleets;

/// <summary>Held by whoever changes sites, from reading the projection until the commit is shown in it, so that no two decide on the same state.</summary>
internal sealed class FleetGate
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
