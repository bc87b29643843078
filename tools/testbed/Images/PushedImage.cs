namespace EdgeSync.Testbed.Images;

/// <summary>An image in a registry.</summary>
public sealed record PushedImage(string Address, string Repository, string Tag, string Digest)
{
    /// <summary>ADDRESS/REPOSITORY:TAG.</summary>
    public string Reference => $"{Address}/{Repository}:{Tag}";

    /// <summary>ADDRESS/REPOSITORY@DIGEST.</summary>
    public string Pinned => $"{Address}/{Repository}@{Digest}";
}
