namespace EdgeSync.Agent.Preflight;

/// <summary>The certificates that k3s and the kubelet keep in files. Only root may read their folders; another user gets what the servers show.</summary>
internal sealed class FileExpiries(string root = "/") : IExpirySource
{
    private const string Remedy = "Restart k3s: it renews certificates that end within 90 days when it starts ('k3s certificate rotate' for all).";

    private static readonly string[] Folders =
    [
        "var/lib/rancher/k3s/server/tls", "var/lib/rancher/k3s/server/tls/etcd", "var/lib/rancher/k3s/agent", "var/lib/kubelet/pki", "etc/kubernetes/pki",
    ];

    public Task<IReadOnlyList<Expiry>> FindAsync(CheckContext context, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<Expiry>>(
    [
        .. Folders.Select(folder => Path.Combine(root, folder)).SelectMany(FilesIn)
            .Select(file => SiteExpiries.OfFile($"the certificate in {file}", file, Remedy))
            .Where(item => item.At is not null),
    ]);

    private static IEnumerable<string> FilesIn(string folder)
    {
        try
        {
            return Directory.Exists(folder)
                ? Directory.EnumerateFiles(folder).Where(file => Path.GetExtension(file) is ".crt" || Path.GetFileName(file).EndsWith("-current.pem", StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToList()
                : [];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
