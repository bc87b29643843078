namespace EdgeSync.Contracts.Releases;

/// <summary>Chooses sites by their labels, with the meaning of Kubernetes' label selectors. An empty selector chooses every site.</summary>
public sealed record LabelSelector
{
    /// <summary>Labels that a site must have, with exactly these values.</summary>
    public IReadOnlyDictionary<string, string> MatchLabels { get; set; } = new Dictionary<string, string>();

    /// <summary>Further requirements; all must hold.</summary>
    public IReadOnlyList<LabelRequirement> MatchExpressions { get; set; } = [];

    /// <summary>Whether a site with these labels is chosen.</summary>
    public bool Matches(IReadOnlyDictionary<string, string> labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        return MatchLabels.All(wanted => labels.TryGetValue(wanted.Key, out var value) && value == wanted.Value)
            && MatchExpressions.All(requirement => requirement.Matches(labels));
    }
}
