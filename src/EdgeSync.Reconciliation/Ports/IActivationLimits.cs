namespace EdgeSync.Reconciliation.Ports;

/// <summary>The deadline of a preflight, which changes of the cluster have to keep.</summary>
public interface IActivationLimits
{
    /// <summary>Raised, from any thread, after <see cref="Current"/> changed.</summary>
    event Action? Changed;

    /// <summary>The deadline, or null where there is none. It survives a restart.</summary>
    ActivationLimit? Current { get; }
}

/// <summary>By when the cluster has to be whole: on a new bundle or on last-good, never between.</summary>
/// <param name="Deadline">By when, UTC.</param>
/// <param name="KeepOffUntil">Until when a change that did not fit is kept away, UTC: the end of the mission.</param>
/// <param name="By">Who asked for it.</param>
public sealed record ActivationLimit(DateTimeOffset Deadline, DateTimeOffset KeepOffUntil, string By);
