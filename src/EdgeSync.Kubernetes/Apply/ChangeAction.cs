namespace EdgeSync.Kubernetes.Apply;

/// <summary>What was done with one object.</summary>
public enum ChangeAction
{
    /// <summary>It did not exist.</summary>
    Created,

    /// <summary>It existed, and was changed.</summary>
    Configured,

    /// <summary>It was as it should be.</summary>
    Unchanged,

    /// <summary>It was deleted.</summary>
    Deleted,

    /// <summary>Nothing was done, because something before it failed.</summary>
    Skipped,

    /// <summary>The cluster refused it, or could not be reached.</summary>
    Failed,

    /// <summary>It could not be updated, so it was deleted and created again, as its manifest allows.</summary>
    Recreated,

    /// <summary>It was deleted, and something keeps it from going, such as a finalizer.</summary>
    Terminating,
}
