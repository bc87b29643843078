namespace EdgeSync.Contracts.Releases;

/// <summary>Chooses sites by their labels, with the meaning of Kubernetes' label selectors. An empty selector chooses every site.</summary>
public sealed record LabelSelector
{
    /// <summary>Labels that a site must have, with exactly these values.</summary>
    public IReadOnlyDictionary<string, string> MatchLabels { get; set; } = new Dictionary<string, string>();

    /// <summary>Further requirements; all must hold.</summary>
    public IReadOnlyList<LabelRequirement> MatchExpressions { get; set; } = [];

    /// <summary>Whether no site can be chosen by both, as far as <see cref="MatchLabels"/> say: they want different values of one label.</summary>
    public bool Excludes(LabelSelector? other) => other is not null
        && MatchLabels.Any(wanted => other.MatchLabels.TryGetValue(wanted.Key, out var value) && value != wanted.Value);

    /// <summary>Whether a site with these labels is chosen.</summary>
    public bool Matches(IReadOnlyDictionary<string, string> labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        return MatchLabels.All(wanted => labels.TryGetValue(wanted.Key, out var value) && value == wanted.Value)
            && MatchExpressions.All(requirement => requirement.Matches(labels));
    }
}
