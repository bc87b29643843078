using EdgeSync.Reconciliation.Ports;

namespace EdgeSync.Agent.Interlocks;

/// <summary>An interlock and its last answer. Safe for use by several threads: who asks while it is being asked gets the same answer.</summary>
internal sealed class AskedInterlock(Interlock interlock, TimeProvider time) : IDisposable
{
    /// <summary>How long an answer that allows counts: long enough for two channels that ask together, and no longer.</summary>
    private static readonly TimeSpan OpenCounts = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _one = new(1, 1);
    private volatile LastAnswer? _last;

    public Interlock Interlock => interlock;

    /// <summary>What it was closed by when it was last asked; null where it was open, or was not asked yet.</summary>
    public ClosedInterlock? Closed => _last?.Closed;

    /// <summary>How long until a closed one is asked again; null where it is not known to be closed.</summary>
    public TimeSpan? Due => _last is { Closed: not null } last ? interlock.Every - time.GetElapsedTime(last.AskedAt) : null;

    /// <summary>Null where it allows an activation. It is not asked again before <see cref="Interlock.Every"/> is over, where it was closed.</summary>
    public async Task<ClosedInterlock?> AskAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (_last is { IsForgotten: false } last && time.GetElapsedTime(last.AskedAt) < (last.Closed is null ? OpenCounts : interlock.Every))
            {
                return last.Closed;
            }

            var askedAt = time.GetTimestamp();
            var answer = await interlock.AskAsync(time, cancellationToken);
            _last = new LastAnswer(askedAt, answer, answer.IsOpen ? null : WordsOf(answer));
            return _last.Closed;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>The next question is asked whatever the last answer was.</summary>
    public void Forget() => _last = _last is { } last ? last with { IsForgotten = true } : null;

    public void Dispose() => _one.Dispose();

    // While it is closed for the same cause, the words stay those of the first answer: other words would be another acknowledgement.
    private ClosedInterlock WordsOf(ProbeAnswer answer) =>
        _last is { Closed: { } closed } last && (last.Answer.Verdict, last.Answer.Found) == (answer.Verdict, answer.Found)
            ? closed
            : new ClosedInterlock(interlock.Name, interlock.Describe(answer, "at first it said"), interlock.Hint);

    private sealed record LastAnswer(long AskedAt, ProbeAnswer Answer, ClosedInterlock? Closed)
    {
        public bool IsForgotten { get; init; }
    }
}
