using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Reconciliation.Pipeline;

/// <summary>
/// The objects that each channel is about to write, so that two channels that name the same object do not both begin; what is in the cluster already is
/// known by its labels. All channels share one. Safe for use by several threads.
/// </summary>
internal sealed class ObjectClaims
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, HashSet<string>> _claims = new(StringComparer.Ordinal);

    /// <summary>Claims the objects for the channel, in place of what it claimed before; or claims nothing and returns which of them another channel has.</summary>
    public IReadOnlyList<(ObjectId Id, string Channel)> TryClaim(string channel, IReadOnlyList<ObjectId> objects)
    {
        lock (_lock)
        {
            var taken = _claims.Where(other => other.Key != channel)
                .SelectMany(other => objects.Where(id => other.Value.Contains(id.Key)).Select(id => (id, other.Key)))
                .ToList();
            if (taken.Count == 0)
            {
                _claims[channel] = objects.Select(id => id.Key).ToHashSet(StringComparer.Ordinal);
            }

            return taken;
        }
    }

    /// <summary>The channel's change has ended.</summary>
    public void Release(string channel)
    {
        lock (_lock)
        {
            _claims.Remove(channel);
        }
    }
}
