using EdgeSync.Reconciliation.Ports;

namespace EdgeSync.Reconciliation.Tests;

/// <summary>The interlocks of the scripted site.</summary>
internal sealed partial class LiveWorld : IInterlocks
{
    /// <summary>The interlocks that are closed.</summary>
    public IReadOnlyList<ClosedInterlock> Closed { get; set; } = [];

    /// <summary>Called before each answer, with the number of the question.</summary>
    public Action<int> Asking { get; set; } = _ => { };

    /// <summary>How often the interlocks were asked.</summary>
    public int Asked { get; private set; }

    /// <summary>How often a person wanted a new answer.</summary>
    public int Forgotten { get; private set; }

    public Task<IReadOnlyList<ClosedInterlock>> FindClosedAsync(string channel, CancellationToken cancellationToken)
    {
        Asking(++Asked);
        return Task.FromResult(Closed);
    }

    public void Forget() => Forgotten++;
}
