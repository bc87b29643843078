using EdgeSync.Agent.Enrolment;
using EdgeSync.Contracts.Releases;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Reconciliation.State;
using EdgeSync.Signing.Releases;

namespace EdgeSync.Agent.Preflight;

/// <summary>What the site itself has that runs out: its certificate at HQ, its login at the cluster, its trust root, its releases.</summary>
internal sealed class SiteExpiries : IExpirySource
{
    public Task<IReadOnlyList<Expiry>> FindAsync(CheckContext context, CancellationToken cancellationToken)
    {
        var found = new List<Expiry>();
        if (context.Configuration.Hq?.CertificateFile is { } file)
        {
            found.Add(OfFile("the site's certificate for HQ", file, "The agent renews it by itself while HQ answers; 'edgesync enroll' makes a new one."));
        }

        if (OfKubeconfig(context.Configuration.Cluster.Kubeconfig) is { } login)
        {
            found.Add(login);
        }

        if (context.Status.Trust is { } trust)
        {
            found.Add(new Expiry($"trust root {trust.Version}", trust.ExpiresAt, "Publish the next root ('edgesync trust publish'), or import it here ('edgesync trust import')."));
        }

        found.AddRange(context.Sections.Select(channel => context.Records.GetValueOrDefault(channel.Name)).OfType<ChannelRecord>().Select(OfRelease).OfType<Expiry>());
        return Task.FromResult<IReadOnlyList<Expiry>>(found);
    }

    /// <summary>The first certificate of a PEM file.</summary>
    public static Expiry OfFile(string what, string file, string remedy)
    {
        try
        {
            using var certificate = SiteCertificate.Parse(File.ReadAllText(file));
            return certificate is null
                ? new Expiry(what, null, remedy) { Problem = $"'{file}' has no certificate in PEM" }
                : new Expiry(what, certificate.NotAfter.ToUniversalTime(), remedy);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return new Expiry(what, null, remedy) { Problem = Primitives.Storage.FileFaults.Describe(file, failure) };
        }
    }

    private static Expiry? OfKubeconfig(string path)
    {
        const string What = "the client certificate of the kubeconfig";
        const string Do = "Restart k3s: it renews certificates that end within 90 days when it starts.";
        try
        {
            return Kubeconfig.Load(path).ClientCertificateExpires is { } expires ? new Expiry(What, expires, Do) : null;
        }
        catch (KubernetesApiException failure)
        {
            return new Expiry(What, null, Do) { Problem = failure.Message };
        }
    }

    // An expired release stops no pod, but from then on no change begins, and a rollback release must come first.
    private static Expiry? OfRelease(ChannelRecord record)
    {
        const string Do = "Publish the release again with a later expiry ('edgesync release publish').";
        var expires = record.NewestExpires
            ?? (record.LastGood is { } good ? ReleaseVerifier.AcceptRunning(good.Envelope, good.Payload)?.Release.ExpiresAt : null);
        return expires is null || record.Tag is not null ? null
            : new Expiry($"the newest release record of channel {record.Channel}{(record.HighestSeen is { } seen ? $", {ReleaseNumber.Describe(seen.Sequence, seen.Epoch)}" : "")}", expires, Do);
    }
}
