namespace EdgeSync.Kubernetes.Api;

/// <summary>What happened to a watched object.</summary>
public enum WatchEventType
{
    /// <summary>It came into being, or into the selection.</summary>
    Added,

    /// <summary>It changed.</summary>
    Modified,

    /// <summary>It was deleted, or left the selection.</summary>
    Deleted,

    /// <summary>Nothing happened; the object holds only the resource version that the watch has reached.</summary>
    Bookmark,
}
