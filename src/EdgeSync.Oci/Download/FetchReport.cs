namespace EdgeSync.Oci.Download;

/// <summary>What fetching an artifact took.</summary>
/// <param name="Fetched">How many blobs and manifests came from the registry.</param>
/// <param name="BytesReceived">How many bytes came from the registry, those of broken tries among them.</param>
/// <param name="Reused">How many blobs and manifests were here already.</param>
/// <param name="BytesReused">How many bytes that saved, the first parts of blobs among them that were taken up.</param>
public sealed record FetchReport(int Fetched, long BytesReceived, int Reused, long BytesReused);
