using EdgeSync.Reconciliation.Ports;

namespace EdgeSync.Reconciliation.Tests;

/// <summary>The deadline of a preflight at the scripted site.</summary>
internal sealed partial class LiveWorld : IActivationLimits
{
    public ActivationLimit? Limit { get; set { field = value; Changed?.Invoke(); } }

    ActivationLimit? IActivationLimits.Current => Limit;
}
