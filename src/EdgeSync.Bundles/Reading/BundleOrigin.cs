namespace EdgeSync.Bundles.Reading;

/// <summary>What kind of artifact a bundle was read from.</summary>
public enum BundleOrigin
{
    /// <summary>A bundle of EdgeSync, with every image that it needs.</summary>
    EdgeSync,

    /// <summary>An archive of YAML, as Flux pushes it; its images are pulled by the runtime from where they are.</summary>
    Archive,
}
