namespace EdgeSync.Signing.Policies;

/// <summary>Where a bundle or a release comes from; it selects the rule.</summary>
/// <param name="Repository"><c>HOST/NAME</c>; null if unknown; then only a rule for every repository fits.</param>
/// <param name="Channel">The channel; null if there is none; then only a rule for every channel fits.</param>
public sealed record TrustPlace(string? Repository, string? Channel)
{
    /// <summary>An unknown place.</summary>
    public static TrustPlace Unknown { get; } = new(null, null);

    /// <summary>The text for display.</summary>
    public override string ToString() => (Repository, Channel) switch
    {
        (null, null) => "no known repository or channel",
        ({ } repository, null) => $"the repository '{repository}' and no channel",
        (null, { } channel) => $"no known repository and the channel '{channel}'",
        var (repository, channel) => $"the repository '{repository}' and the channel '{channel}'",
    };
}
