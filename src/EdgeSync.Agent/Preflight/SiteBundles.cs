using EdgeSync.Agent.Commands;
using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.Daemon;
using EdgeSync.Bundles.Reading;
using EdgeSync.Contracts;
using EdgeSync.Oci.Content;
using EdgeSync.Oci.Manifests;
using EdgeSync.Primitives.Failures;
using EdgeSync.Reconciliation;
using EdgeSync.Reconciliation.State;
using EdgeSync.Signing.Releases;

namespace EdgeSync.Agent.Preflight;

/// <summary>The bundles of target and last-good, and what the cache has of them. Reads the cache next to a running agent, and writes nothing.</summary>
internal sealed class SiteBundles : IDisposable
{
    private readonly SiteProfile _profile;
    private readonly ContentStore? _cache;
    private readonly OciPlatform _platform;

    public SiteBundles(AgentConfiguration configuration, TimeProvider time)
    {
        var cache = AgentDirectories.Cache(configuration);
        _profile = configuration.Profile;
        _platform = OciPlatform.Parse(configuration.Platform);
        _cache = BundleLayout.IsLayout(cache) ? ContentStore.OpenExisting(cache, time) : null;
    }

    public void Dispose() => _cache?.Dispose();

    /// <summary>The bundles of these channels: last-good of each, and the target where that is another one.</summary>
    public async Task<IReadOnlyList<SiteBundle>> ReadAsync(IEnumerable<ChannelRecord> records, CancellationToken cancellationToken)
    {
        var bundles = new List<SiteBundle>();
        foreach (var record in records)
        {
            if (record.LastGood is { } good)
            {
                bundles.Add(await ReadAsync(record.Channel, good, isLastGood: true, cancellationToken));
            }

            if (record is { IsUnderWay: true, Target: { } target } && target.Summary != record.LastGood?.Summary)
            {
                bundles.Add(await ReadAsync(record.Channel, target, isLastGood: false, cancellationToken));
            }
        }

        return bundles;
    }

    /// <summary>Looks at the images of the bundle that this site needs. With <paramref name="hashBlobs"/> every byte is read.</summary>
    public Task<StoreReport> CheckImagesAsync(BundleContent bundle, bool hashBlobs, CancellationToken cancellationToken) =>
        Cache.ExamineAsync(bundle.Images.Select(image => image.Descriptor), GraphSelection.ForImage(_platform), hashBlobs, cancellationToken);

    /// <summary>The same for all that the bundle needs to be applied here.</summary>
    public Task<StoreReport> CheckAsync(BundleContent bundle, bool hashBlobs, CancellationToken cancellationToken)
    {
        var leftOut = bundle.LeftOutImages.Select(image => image.Descriptor.Digest).Except(bundle.Images.Select(image => image.Descriptor.Digest)).ToHashSet();
        return Cache.ExamineAsync([bundle.Root], GraphSelection.ForBundle(_platform, child => !leftOut.Contains(child.Digest)), hashBlobs, cancellationToken);
    }

    private ContentStore Cache => _cache ?? throw NoCache();

    private async Task<SiteBundle> ReadAsync(string channel, ReleaseCopy copy, bool isLastGood, CancellationToken cancellationToken)
    {
        var bundle = new SiteBundle(channel, copy.Summary, isLastGood);
        try
        {
            return bundle with { Content = await ReadAsync(copy, cancellationToken) };
        }
        catch (EdgeSyncException failure)
        {
            return bundle with { Failure = failure };
        }
    }

    private async Task<BundleContent> ReadAsync(ReleaseCopy copy, CancellationToken cancellationToken)
    {
        var running = ReleaseVerifier.AcceptRunning(copy.Envelope, copy.Payload)
            ?? throw new ReconciliationException(ReasonCodes.ReleaseMalformed, "the stored release cannot be read") { Disposition = Disposition.Stalled };
        var values = _profile.ValuesFor(running.Release);
        try
        {
            return await BundleReader.InspectAsync(running.Revision.Digest, Cache, values, cancellationToken);
        }
        catch (EdgeSyncException failure) when (failure.Reason == ReasonCodes.SiteValueInvalid && copy.Values is not null)
        {
            // What runs keeps the values that it has.
            return await BundleReader.InspectAsync(running.Revision.Digest, Cache, values with { Kept = copy.Values }, cancellationToken);
        }
    }

    private static StorageException NoCache() => new(StorageReasons.ContentMissing, "the site has no cache") { Hint = "The agent makes it when it first runs." };
}
