namespace EdgeSync.Oci.Registries;

/// <summary>One error of an <see cref="ErrorResponse"/>.</summary>
internal sealed record ErrorEntry(string? Code, string? Message);
