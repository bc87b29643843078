namespace EdgeSync.Signing.Notation;

/// <summary>
/// How strictly a signature is verified: one of the four levels of the specification, or one of them with changes. Integrity is enforced by each but
/// <see cref="Skip"/>.
/// </summary>
public sealed record NotationLevel
{
    private NotationLevel(
        string name, NotationEnforcement authenticity, NotationEnforcement timestamp, NotationEnforcement expiry, NotationEnforcement revocation)
    {
        Name = name;
        Authenticity = authenticity;
        AuthenticTimestamp = timestamp;
        Expiry = expiry;
        Revocation = revocation;
    }

    /// <summary>Everything is enforced.</summary>
    public static NotationLevel Strict { get; } = new(
        "strict", NotationEnforcement.Enforced, NotationEnforcement.Enforced, NotationEnforcement.Enforced, NotationEnforcement.Enforced);

    /// <summary>Integrity and authenticity are enforced; times and revocation are logged.</summary>
    public static NotationLevel Permissive { get; } = new(
        "permissive", NotationEnforcement.Enforced, NotationEnforcement.Logged, NotationEnforcement.Logged, NotationEnforcement.Logged);

    /// <summary>Only integrity is enforced.</summary>
    public static NotationLevel Audit { get; } = new(
        "audit", NotationEnforcement.Logged, NotationEnforcement.Logged, NotationEnforcement.Logged, NotationEnforcement.Logged);

    /// <summary>Nothing is checked.</summary>
    public static NotationLevel Skip { get; } = new(
        "skip", NotationEnforcement.Skipped, NotationEnforcement.Skipped, NotationEnforcement.Skipped, NotationEnforcement.Skipped);

    /// <summary>How a trust policy names it.</summary>
    public string Name { get; }

    /// <summary>Enforced or logged.</summary>
    public NotationEnforcement Authenticity { get; private init; }

    /// <summary>Enforced or logged.</summary>
    public NotationEnforcement AuthenticTimestamp { get; private init; }

    /// <summary>Enforced or logged.</summary>
    public NotationEnforcement Expiry { get; private init; }

    /// <summary>Enforced, logged or skipped.</summary>
    public NotationEnforcement Revocation { get; private init; }

    /// <summary>The level of this name; null if there is none.</summary>
    public static NotationLevel? Find(string name) => name switch
    {
        "strict" => Strict,
        "permissive" => Permissive,
        "audit" => Audit,
        "skip" => Skip,
        _ => null,
    };

    /// <summary>This level with another enforcement of one check; null if the specification has no such change.</summary>
    public NotationLevel? Override(NotationCheckKind kind, NotationEnforcement enforcement)
    {
        if (Name == Skip.Name || (enforcement == NotationEnforcement.Skipped && kind != NotationCheckKind.Revocation))
        {
            return null;
        }

        return kind switch
        {
            NotationCheckKind.Authenticity => this with { Authenticity = enforcement },
            NotationCheckKind.AuthenticTimestamp => this with { AuthenticTimestamp = enforcement },
            NotationCheckKind.Expiry => this with { Expiry = enforcement },
            NotationCheckKind.Revocation => this with { Revocation = enforcement },
            _ => null,
        };
    }

    internal NotationEnforcement Of(NotationCheckKind kind) => kind switch
    {
        NotationCheckKind.Authenticity => Authenticity,
        NotationCheckKind.AuthenticTimestamp => AuthenticTimestamp,
        NotationCheckKind.Expiry => Expiry,
        NotationCheckKind.Revocation => Revocation,
        _ => Name == Skip.Name ? NotationEnforcement.Skipped : NotationEnforcement.Enforced,
    };
}
