namespace EdgeSync.Oci.Content;

/// <summary>What a look at a blob found.</summary>
public enum ContentState
{
    /// <summary>It is here, and its bytes have its digest.</summary>
    Intact,

    /// <summary>It is not here.</summary>
    Missing,

    /// <summary>It is here, but its bytes are not what its name says.</summary>
    Damaged,
}
