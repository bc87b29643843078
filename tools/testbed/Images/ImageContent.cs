namespace EdgeSync.Testbed.Images;

/// <summary>What an image is made of besides busybox.</summary>
public sealed record ImageContent(params string[] Command)
{
    /// <summary>Files by their path inside the image (no leading slash). Default: none.</summary>
    public IReadOnlyDictionary<string, string> Files { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// Makes an index of linux/amd64, which runs, and linux/arm64, whose program does not, so that a choice by platform shows.
    /// Default: one manifest for linux/amd64.
    /// </summary>
    public bool MultiPlatform { get; init; }

    /// <summary>Whether the image is to be run. One that is not needs no busybox on this machine. Default: true.</summary>
    public bool IsRunnable { get; init; } = true;

    /// <summary>Adds a layer of so many bytes that do not compress. Default: none.</summary>
    public int PaddingBytes { get; init; }
}
