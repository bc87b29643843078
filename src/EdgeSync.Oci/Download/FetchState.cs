namespace EdgeSync.Oci.Download;

/// <summary>What happened to a blob that is being fetched.</summary>
public enum FetchState
{
    /// <summary>It was here, and its bytes are right.</summary>
    Reused,

    /// <summary>Its fetching begins, from the start.</summary>
    Started,

    /// <summary>Its fetching goes on where an earlier try ended.</summary>
    Resumed,

    /// <summary>Bytes came. Sent at most once for each mebibyte.</summary>
    Receiving,

    /// <summary>It is here, verified and on disk.</summary>
    Done,
}
