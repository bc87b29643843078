namespace EdgeSync.Reconciliation.Ports;

/// <summary>The site's interlocks: probes that must allow an activation before it begins.</summary>
public interface IInterlocks
{
    /// <summary>
    /// The interlocks that keep this channel's activations away now; none where all allow them. One that cannot be asked is among them. An answer that is a few
    /// moments old may be given again, so that two channels do not ask twice.
    /// </summary>
    Task<IReadOnlyList<ClosedInterlock>> FindClosedAsync(string channel, CancellationToken cancellationToken);

    /// <summary>A person wants to know: what was answered before is asked again.</summary>
    void Forget();
}

/// <summary>An interlock that does not allow an activation.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Why">What was found, for people. The words stay the same while it is closed for the same cause.</param>
/// <param name="Hint">What somebody can do about it, or null.</param>
public sealed record ClosedInterlock(string Name, string Why, string? Hint);
