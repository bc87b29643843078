using System.Diagnostics;
using EdgeSync.Agent.Sources;
using EdgeSync.Agent.Trust;
using EdgeSync.Oci.Manifests;
using EdgeSync.Oci.References;
using EdgeSync.Oci.Registries;
using EdgeSync.Primitives.Timing;
using EdgeSync.Signing.Policies;
using EdgeSync.Signing.Verification;

namespace EdgeSync.Benchmarks.Trust;

/// <summary>How many verdicts a process that runs finds in a second, on one thread, of what it has fetched once.</summary>
internal sealed class VerdictRate
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(2);

    private readonly Descriptor _bundle;
    private readonly IReadOnlyList<SignatureArtifact> _beside;
    private readonly TrustPolicy _policy;
    private readonly TrustPlace _place;

    private VerdictRate(Descriptor bundle, IReadOnlyList<SignatureArtifact> beside, TrustPolicy policy, TrustPlace place) =>
        (_bundle, _beside, _policy, _place) = (bundle, beside, policy, place);

    /// <summary>Verdicts in a second.</summary>
    public static async Task<double> MeasureAsync(SignedImage image, CancellationToken cancellationToken)
    {
        if (!OciReference.TryParse(image.Reference, out var reference))
        {
            throw new ArgumentException($"'{image.Reference}' is no reference", nameof(image));
        }

        using var client = new RegistryClient(new RegistryOptions { Host = reference.Registry, PlainHttp = true }, TimeProvider.System, new RetryPolicy(TimeProvider.System, new Random()));
        var manifest = await client.GetManifestAsync(reference.Repository, reference.Digest!.Value, cancellationToken);
        var beside = new InMemorySignatureStore();
        await new RegistrySignatures(client, reference.Repository).CopyAsync(manifest.Descriptor.Digest, beside, cancellationToken);
        var rate = new VerdictRate(manifest.Descriptor, beside.Artifacts, TrustFile.Load(image.Policy), new TrustPlace(reference.Name, null));
        rate.PerSecond(WarmUp);
        return rate.PerSecond(Window);
    }

    private double PerSecond(TimeSpan time)
    {
        var watch = Stopwatch.StartNew();
        var count = 0;
        do
        {
            if (BundleVerifier.Verify(_bundle, _beside, _policy, _place, TimeProvider.System.GetUtcNow()) is not BundleVerdict.Trusted)
            {
                throw new InvalidOperationException($"the verdict on {_place.Repository} is not 'trusted'");
            }

            count++;
        }
        while (watch.Elapsed < time);
        return count / watch.Elapsed.TotalSeconds;
    }
}
