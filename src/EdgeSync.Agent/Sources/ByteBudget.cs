namespace EdgeSync.Agent.Sources;

/// <summary>How many bytes may still be fetched for one thing.</summary>
internal sealed class ByteBudget(long bytes)
{
    private long _left = bytes;

    /// <summary>Takes so many, or none where that would be too many.</summary>
    public bool TryTake(long wanted)
    {
        if (wanted > _left)
        {
            return false;
        }

        _left -= wanted;
        return true;
    }
}
