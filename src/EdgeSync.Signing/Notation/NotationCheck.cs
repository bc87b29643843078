using System.Globalization;

namespace EdgeSync.Signing.Notation;

/// <summary>One check of a signature.</summary>
/// <param name="Kind">What it was about.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Enforcement">What becomes of it where it fails.</param>
/// <param name="Evidence">In words: what was found.</param>
public sealed record NotationCheck(NotationCheckKind Kind, NotationCheckOutcome Outcome, NotationEnforcement Enforcement, string Evidence)
{
    /// <summary>One line for people.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Kind} ({Enforcement}): {Outcome}: {Evidence}");
}
