namespace EdgeSync.Oci;

/// <summary>The log event ids of this project, block 2000 to 2999. Only added to; an id is never used for another event.</summary>
internal static class OciEventIds
{
    public const int RequestRetried = 2000;
    public const int RedirectFollowed = 2002;
    public const int UploadResumed = 2003;
    public const int CertificateFilesUnusable = 2004;
    public const int BlobResumed = 2100;
    public const int BlobRestarted = 2101;
    public const int BlobStored = 2102;
    public const int CachedBlobDamaged = 2103;
    public const int GarbageCollected = 2200;
    public const int MirrorContentDamaged = 2300;
    public const int MirrorRequestRefused = 2301;
}
