namespace EdgeSync.Signing.Notation;

/// <summary>Collects the checks of one verification.</summary>
internal sealed class CheckList(NotationLevel level)
{
    private readonly List<NotationCheck> _checks = [];

    /// <summary>The first enforced check that failed; null if all hold.</summary>
    public NotationCheck? Failure { get; private set; }

    public void Pass(NotationCheckKind kind, string evidence) => Add(kind, NotationCheckOutcome.Passed, evidence);

    public void Fail(NotationCheckKind kind, string evidence)
    {
        var check = Add(kind, NotationCheckOutcome.Failed, evidence);
        Failure ??= check.Enforcement == NotationEnforcement.Enforced ? check : null;
    }

    public void Omit(NotationCheckKind kind, string evidence) => Add(kind, NotationCheckOutcome.NotMade, evidence);

    public bool Has(NotationCheckKind kind, NotationCheckOutcome outcome) => _checks.Exists(c => c.Kind == kind && c.Outcome == outcome);

    /// <summary>Returns all checks; kinds of checks that were not reached are included as not made.</summary>
    public IReadOnlyList<NotationCheck> Complete(string why)
    {
        foreach (var kind in Enum.GetValues<NotationCheckKind>())
        {
            if (!_checks.Exists(c => c.Kind == kind))
            {
                Omit(kind, why);
            }
        }

        return _checks;
    }

    private NotationCheck Add(NotationCheckKind kind, NotationCheckOutcome outcome, string evidence)
    {
        var check = new NotationCheck(kind, outcome, level.Of(kind), evidence);
        _checks.Add(check);
        return check;
    }
}
