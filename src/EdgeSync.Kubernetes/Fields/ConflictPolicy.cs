namespace EdgeSync.Kubernetes.Fields;

/// <summary>What becomes of a field that a bundle states and another field manager owns with another value.</summary>
public enum ConflictPolicy
{
    /// <summary>
    /// EdgeSync takes the field over. The default: the Kubernetes documentation ("Server-Side Apply", conflicts) recommends it for controllers, because nobody
    /// is there to decide.
    /// </summary>
    Take,

    /// <summary>The field stays with the other manager, and the rest of the object is applied.</summary>
    Leave,

    /// <summary>Nothing of the bundle is written.</summary>
    Fail,
}

/// <summary>The words for <see cref="ConflictPolicy"/> in edgesync.yaml and annotations.</summary>
public static class ConflictPolicies
{
    /// <summary>The words and what they mean.</summary>
    public static IReadOnlyList<(string Word, ConflictPolicy Value)> Words { get; } =
        [("fail", ConflictPolicy.Fail), ("take", ConflictPolicy.Take), ("leave", ConflictPolicy.Leave)];

    /// <summary>The policy of this word, or null.</summary>
    public static ConflictPolicy? Find(string word) => Words.Where(known => known.Word == word).Select(known => (ConflictPolicy?)known.Value).FirstOrDefault();
}
