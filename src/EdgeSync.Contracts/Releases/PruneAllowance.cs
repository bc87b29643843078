namespace EdgeSync.Contracts.Releases;

/// <summary>Allows that a release deletes a number of objects of some kinds; every other limit stays.</summary>
/// <param name="Kinds">The kinds: <c>ConfigMap</c>, <c>Deployment</c> or <c>Deployment.apps</c>.</param>
/// <param name="Max">The most objects of these kinds together, from 1.</param>
public sealed record PruneAllowance(IReadOnlyList<string> Kinds, int Max)
{
    /// <summary>The largest <see cref="Max"/>.</summary>
    public const int MaxObjects = 100_000;

    /// <summary>What is wrong with it, or null.</summary>
    public string? FindProblem() =>
        Kinds.Count is 0 or > 64 || Kinds.Any(kind => kind is null || !IsKind(kind)) ? "names 1 to 64 kinds, such as ConfigMap or Deployment.apps"
        : Max is < 1 or > MaxObjects ? $"allows 1 to {MaxObjects} objects"
        : null;

    private static bool IsKind(string text) =>
        text.Length is > 0 and <= 253 && char.IsAsciiLetterUpper(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-');
}
