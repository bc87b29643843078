namespace EdgeSync.Testbed.Certificates;

/// <summary>A certificate, its key and the authority that signed it, as PEM files.</summary>
public sealed record PemFiles(string CertificatePath, string KeyPath, string AuthorityPath);
