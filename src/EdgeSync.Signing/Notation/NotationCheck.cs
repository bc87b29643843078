using System.Globalization;

namespace EdgeSync.Signing.Notation;

/// <summary>One check of a signature.</summary>
/// <param name="Kind">What was checked.</param>
/// <param name="Outcome">The result.</param>
/// <param name="Enforcement">What happens if it fails.</param>
/// <param name="Evidence">What was found.</param>
public sealed record NotationCheck(NotationCheckKind Kind, NotationCheckOutcome Outcome, NotationEnforcement Enforcement, string Evidence)
{
    /// <summary>One line for display.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Kind} ({Enforcement}): {Outcome}: {Evidence}");
}
