namespace EdgeSync.Signing.Sigstore;

/// <summary>Collects the checks of one verification.</summary>
internal sealed class CheckList
{
    private readonly List<SigstoreCheck> _checks = [];

    public IReadOnlyList<SigstoreCheck> All => _checks;

    /// <summary>The first check that failed; null if all hold.</summary>
    public SigstoreCheck? Failure { get; private set; }

    public void Pass(SigstoreCheckKind kind, string evidence) => _checks.Add(new SigstoreCheck(kind, SigstoreCheckOutcome.Passed, evidence));

    public void Skip(SigstoreCheckKind kind, string evidence) => _checks.Add(new SigstoreCheck(kind, SigstoreCheckOutcome.NotCounted, evidence));

    public void Fail(SigstoreCheckKind kind, string evidence)
    {
        var check = new SigstoreCheck(kind, SigstoreCheckOutcome.Failed, evidence);
        Failure ??= check;
        _checks.Add(check);
    }
}
