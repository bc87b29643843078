namespace EdgeSync.Signing.Policies;

/// <summary>Where something that is judged comes from: what rules are chosen by.</summary>
/// <param name="Repository"><c>HOST/NAME</c>; null where nobody knows, and then only a rule for every repository fits.</param>
/// <param name="Channel">The channel; null where there is none, and then only a rule for every channel fits.</param>
public sealed record TrustPlace(string? Repository, string? Channel)
{
    /// <summary>Nowhere in particular.</summary>
    public static TrustPlace Unknown { get; } = new(null, null);

    /// <summary>In words.</summary>
    public override string ToString() => (Repository, Channel) switch
    {
        (null, null) => "no known repository or channel",
        ({ } repository, null) => $"the repository '{repository}' and no channel",
        (null, { } channel) => $"no known repository and the channel '{channel}'",
        var (repository, channel) => $"the repository '{repository}' and the channel '{channel}'",
    };
}
