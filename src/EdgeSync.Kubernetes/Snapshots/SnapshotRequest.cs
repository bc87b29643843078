using System.Text.Json.Serialization;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Snapshots;

/// <summary>A volume of which a snapshot is made before anything is changed.</summary>
public sealed record SnapshotRequest
{
    /// <summary>The most requests of a bundle.</summary>
    public const int MaxRequests = 32;

    /// <summary>The time limit where none is given.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(10);

    private const int MaxName = 253;
    private const int MaxTimeoutSeconds = 24 * 60 * 60;

    /// <summary>The name of the volume's PersistentVolumeClaim.</summary>
    public required string Claim { get; init; }

    /// <summary>The claim's namespace; null means the site's default one.</summary>
    public string? Namespace { get; init; }

    /// <summary>The VolumeSnapshotClass; null means the cluster's default one.</summary>
    public string? Class { get; init; }

    /// <summary>Whether a rollback gives the claim the content of the snapshot back.</summary>
    public bool Restore { get; init; }

    /// <summary>Whether the change goes on where no snapshot can be made.</summary>
    public bool Optional { get; init; }

    /// <summary>How long the snapshot may take until it can be used, in seconds; null means <see cref="DefaultTimeout"/>.</summary>
    public int? TimeoutSeconds { get; init; }

    /// <summary>How long the snapshot may take until it can be used.</summary>
    [JsonIgnore]
    public TimeSpan Limit => TimeoutSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : DefaultTimeout;

    /// <summary>The claim as it is named in a cluster.</summary>
    public ObjectId IdOf(string defaultNamespace) => new("v1", "PersistentVolumeClaim", Namespace ?? defaultNamespace, Claim);

    /// <summary>What is wrong with the name of a claim or of a class, or null.</summary>
    public static string? NameProblem(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Length is > 0 and <= MaxName && name.Split('.').All(IsLabel)
            ? null
            : $"'{name}' is no name of such an object: use lower-case letters, digits, '-' and '.', with a letter or a digit at both ends, at most {MaxName}";
    }

    /// <summary>What is wrong with the request, or null.</summary>
    public string? FindProblem() =>
        NameProblem(Claim) ?? (Class is null ? null : NameProblem(Class)) ?? (Namespace is null ? null : NameProblem(Namespace))
        ?? (TimeoutSeconds is < 1 or > MaxTimeoutSeconds ? $"its time limit is not between 1 and {MaxTimeoutSeconds} seconds" : null);

    private static bool IsLabel(string label) =>
        label.Length > 0 && label.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-') && label[0] != '-' && label[^1] != '-';
}
