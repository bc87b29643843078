using EdgeSync.Reconciliation.Ports;

namespace EdgeSync.Agent.Interlocks;

/// <summary>The site's interlocks, for the pipelines of all channels. They are asked together.</summary>
internal sealed class SiteInterlocks(IEnumerable<Interlock> interlocks, TimeProvider time) : IInterlocks, IDisposable
{
    private readonly List<AskedInterlock> _interlocks = [.. interlocks.Select(interlock => new AskedInterlock(interlock, time))];

    /// <summary>How long until a closed interlock is asked again; null where none is known to be closed.</summary>
    public TimeSpan? Due => _interlocks.Min(interlock => interlock.Due);

    public async Task<IReadOnlyList<ClosedInterlock>> FindClosedAsync(string channel, CancellationToken cancellationToken)
    {
        var answers = await Task.WhenAll(_interlocks.Where(asked => asked.Interlock.IsFor(channel)).Select(asked => asked.AskAsync(cancellationToken)));
        return [.. answers.OfType<ClosedInterlock>()];
    }

    public void Forget() => _interlocks.ForEach(interlock => interlock.Forget());

    /// <summary>Asks the closed ones again whose time has come; true where one of them has opened, or is closed for another cause.</summary>
    public async Task<bool> AskDueAsync(CancellationToken cancellationToken)
    {
        var changes = await Task.WhenAll(_interlocks.Where(interlock => interlock.Due <= TimeSpan.Zero).Select(async interlock =>
        {
            var before = interlock.Closed;
            return await interlock.AskAsync(cancellationToken) != before;
        }));
        return changes.Contains(true);
    }

    public void Dispose() => _interlocks.ForEach(interlock => interlock.Dispose());
}
