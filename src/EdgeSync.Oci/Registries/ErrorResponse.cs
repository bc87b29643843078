namespace EdgeSync.Oci.Registries;

/// <summary>The error body of the OCI distribution specification, section "Error Codes".</summary>
internal sealed record ErrorResponse(IReadOnlyList<ErrorEntry>? Errors);
