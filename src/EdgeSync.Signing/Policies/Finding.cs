namespace EdgeSync.Signing.Policies;

/// <summary>Whether something required was found, and a text that says what was found.</summary>
/// <param name="Holds">Whether it was.</param>
/// <param name="Words">What was found.</param>
public sealed record Finding(bool Holds, string Words)
{
    internal static Finding Yes(string words) => new(true, words);

    internal static Finding No(string words) => new(false, words);
}
