using System.Collections.Concurrent;
using EdgeSync.Bundles.Building;
using EdgeSync.Bundles.Reading;
using EdgeSync.Bundles.Values;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Primitives;
using EdgeSync.Reconciliation.Windows;
using EdgeSync.Signing.Keys;
using EdgeSync.Signing.Policies;
using EdgeSync.Signing.Verification;

namespace EdgeSync.Reconciliation.Tests;

/// <summary>What the stages took at the scripted site.</summary>
internal sealed partial class LiveWorld
{
    private static readonly ValueSources NoValues = new() { Site = "store-0042", Fleet = "retail", Labels = new Dictionary<string, string>() };

    /// <summary>When downloads and activations may begin, from the next start on.</summary>
    public ChannelWindows Windows { get; set; } = ChannelWindows.Always;

    /// <summary>Whether releases from now on say that they are urgent, and whether their signer may say so.</summary>
    public bool IsUrgent { get; set; }

    public bool MayBeUrgent { get; set; }

    private TrustPolicy PolicyOf(VerificationKey key)
    {
        var policy = new TrustPolicy(new KeyRing("release", [key], 1), new KeyRing("bundle", [key], 1));
        var rule = policy.Releases[0];
        return new TrustPolicy(
            [new ReleaseRule(rule.Name, rule.Scope, rule.Authorities, rule.Threshold) { Urgent = MayBeUrgent ? new UrgentRule(rule.Authorities, 1) : null }], policy.Bundles);
    }

    /// <summary>Whether the cache has all that a fetch brings.</summary>
    public bool IsFetched { get; set; }

    public Task<bool> IsFetchedAsync(VerifiedBundle bundle, IReadOnlySet<Digest>? leftOut, CancellationToken cancellationToken) => Task.FromResult(IsFetched);

    /// <summary>How many bytes a fetch brings.</summary>
    public long FetchedBytes { get; set; }

    /// <summary>How many bytes of blobs a fetch still has to bring.</summary>
    public long LackingBytes { get; set; }

    /// <summary>What was measured, the oldest first.</summary>
    public ConcurrentQueue<StageDuration> Durations { get; } = [];

    /// <summary>The first bundle, opened.</summary>
    public Task<OpenedBundle> OpenFirstAsync() => BundleReader.OpenAsync(VerifySigned(_bundles[0]), _cache, NoValues, default);

    /// <summary>Builds and opens a bundle with these components, each with one file of manifests.</summary>
    public async Task<OpenedBundle> OpenComponentsAsync(string definition, params IReadOnlyList<(string Component, string Manifests)> files)
    {
        var folder = _folder["components"];
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "bundle.yaml"), $"schema: edgesync.dev/bundle/v1\nname: shop\nversion: \"5\"\n{definition}\n");
        foreach (var (component, manifests) in files)
        {
            Directory.CreateDirectory(Path.Combine(folder, component));
            await File.WriteAllTextAsync(Path.Combine(folder, component, "objects.yaml"), manifests);
        }

        using var images = new ImageSources(null, TimeProvider.System);
        var built = await BundleBuilder.BuildAsync(folder, new BundleBuildOptions(), images, _cache, null, default);
        return await BundleReader.OpenAsync(VerifySigned(built.Descriptor), _cache, NoValues, default);
    }

    public void Add(string channel, StageDuration duration) => Durations.Enqueue(duration);

    public IReadOnlyList<StageDuration> Last(string channel, PipelineStage stage) => [.. Durations.Where(duration => duration.Stage == stage).Reverse()];
}
