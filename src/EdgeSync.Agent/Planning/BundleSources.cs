using EdgeSync.Agent.Commands;
using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.Daemon;
using EdgeSync.Agent.Sources;
using EdgeSync.Bundles;
using EdgeSync.Bundles.Linting;
using EdgeSync.Bundles.Reading;
using EdgeSync.Bundles.Sources;
using EdgeSync.Bundles.Values;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Contracts.Plans;
using EdgeSync.Contracts.Releases;
using EdgeSync.Oci.Content;
using EdgeSync.Oci.Download;
using EdgeSync.Oci.Manifests;
using EdgeSync.Oci.References;
using EdgeSync.Oci.Registries;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Timing;
using EdgeSync.Reconciliation;
using EdgeSync.Reconciliation.State;
using EdgeSync.Signing.Releases;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeSync.Agent.Planning;

/// <summary>
/// Reads the bundles that a plan is made of: a folder, an image layout, a reference in a registry, or a release that the site knows. It writes to no
/// registry and not into the site's cache; what is fetched goes into a folder that is deleted at the end.
/// </summary>
internal sealed class BundleSources : IDisposable
{
    private const int MaxBlobBytes = 64 * 1024 * 1024;

    private readonly SiteSnapshot _site;
    private readonly RetryPolicy _retries;
    private readonly RegistryClients _registries;
    private readonly TemporaryLayout _temporary = new();
    private readonly ContentStore? _cache;
    private readonly bool _allowUntrusted;
    private readonly BundleTrust _trust;
    private readonly SiteProfile _profile;

    public BundleSources(AgentConfiguration configuration, SiteSnapshot site, RetryPolicy retries, bool allowUntrusted)
    {
        _site = site;
        _retries = retries;
        _allowUntrusted = allowUntrusted;
        _profile = configuration.Profile;
        _trust = new BundleTrust(site);
        _registries = new RegistryClients(configuration.Registries, site.Clock, retries, NullLogger<RegistryClient>.Instance);
        var cache = AgentDirectories.Cache(configuration);
        _cache = BundleLayout.IsLayout(cache) ? ContentStore.OpenExisting(cache, site.Clock) : null;
    }

    public void Dispose()
    {
        _cache?.Dispose();
        _registries.Dispose();
        _temporary.Dispose();
    }

    /// <summary>What the user named. Raises an <see cref="EdgeSyncException"/> where it cannot be read, or the site does not trust it.</summary>
    public Task<PlanInput> ReadAsync(string text, ChannelSubscription channel, CancellationToken cancellationToken)
    {
        if (File.Exists(Path.Combine(text, Bundles.Definition.BundleDefinition.FileName)))
        {
            return ReadFolderAsync(text, cancellationToken);
        }

        return LayoutPlace.Find(text) is { } place ? ReadLayoutAsync(text, place, channel, cancellationToken)
            : Directory.Exists(text) ? throw new BundleException($"'{text}' is no folder of a bundle and no image layout: it has neither 'bundle.yaml' nor 'oci-layout'") { Subject = text }
            : OciReference.TryParse(text, out var reference) ? ReadReferenceAsync(reference, channel, cancellationToken)
            : throw LayoutPlace.Explain(text);
    }

    /// <summary>
    /// A release that the site knows, from its cache or from the registry. <paramref name="mustBeTrusted"/>: raise an <see cref="EdgeSyncException"/> where
    /// today's trust does not accept its bundle.
    /// </summary>
    public async Task<PlanInput> ReadAsync(ReleaseCopy copy, ChannelSubscription channel, bool mustBeTrusted, CancellationToken cancellationToken)
    {
        var running = ReleaseVerifier.AcceptRunning(copy.Envelope, copy.Payload)
            ?? throw new ReconciliationException(ReasonCodes.ReleaseMalformed, "the stored release cannot be read") { Disposition = Disposition.Stalled };
        var revision = running.Revision;
        var source = channel.Tag is { } tag ? $"the tag {channel.Repository}:{tag}" : $"release {copy.Summary.Number} of channel {channel.Name}";
        var values = _profile.ValuesFor(running.Release);
        var content = await FindCachedAsync(revision.Digest, values, cancellationToken) is { } cached
            ? cached
            : await FetchAsync(OciReference.Parse(revision.Repository).WithDigest(revision.Digest), values, cancellationToken);
        SiteNotice? distrust = null;
        if (mustBeTrusted)
        {
            distrust = await FindDistrustAsync(content.Root, revision.Repository, channel.Name, cancellationToken);
            Require(distrust, content.Root.Digest);
        }

        return Input(content, source, mustBeTrusted ? distrust is null : null, distrust) with { Release = running.Release };
    }

    private async Task<PlanInput> ReadFolderAsync(string path, CancellationToken cancellationToken)
    {
        var folder = await BundleFolder.LoadAsync(path, cancellationToken);
        IReadOnlyList<BundleFault> faults = [.. folder.DefinitionFaults, .. folder.ManifestFaults];
        if (faults.Count > 0 || folder.Definition is not { } definition)
        {
            throw new BundleException(faults) { Subject = path, Hint = "'edgesync bundle lint' shows the warnings too." };
        }

        // A hook with a wrong annotation cannot be read.
        var findings = BundleLinter.Lint(folder);
        if (findings.FirstOrDefault(finding => finding.Rule == LintRules.HookInvalid) is { } wrong)
        {
            throw new BundleException([new BundleFault($"{wrong.Message} ({wrong.Rule})", wrong.File, wrong.Line, wrong.Column)]) { Subject = path };
        }

        var (objects, hooks) = folder.PlaceFor(_profile.ValuesFor(release: null));
        if (objects.Count == 0)
        {
            throw new BundleException(ReasonCodes.BundleEmpty, $"the folder '{path}' has no object") { Subject = path };
        }

        return new PlanInput(new PlannedBundle { Name = definition.Name, Version = definition.Version, Source = $"the folder {path}" }, objects, definition.Requires)
        {
            Hooks = hooks,
            Snapshots = [.. definition.Snapshots.Select(entry => entry.Request)],
            Objections = [.. findings
                .Where(finding => finding.Severity == LintSeverity.Error)
                .Select(finding => new SiteNotice(ReasonCodes.BundleInvalid, $"{finding.File}:{finding.Line}:{finding.Column}: {MessageOf(finding, folder)} ({finding.Rule})"))],
            Notes = ["a folder has no signatures, so that nothing says whether the site would trust this bundle"],
        };
    }

    // The linter quotes values. The object of a finding is the last one that begins before it.
    private static string MessageOf(LintFinding finding, BundleFolder folder)
    {
        var before = folder.Objects.Where(item => item.Source is { } source && source.File == finding.File && source.Line <= finding.Line).ToList();
        var line = before.Select(item => item.Source!.Line).DefaultIfEmpty().Max();
        return before.Find(item => item.Source!.Line == line && item.Id.GroupKind == "Secret") is { } secret
            ? $"{secret.Id} breaks this rule; 'edgesync bundle lint' says how, and may quote values"
            : finding.Message;
    }

    private async Task<PlanInput> ReadLayoutAsync(string text, LayoutPlace place, ChannelSubscription channel, CancellationToken cancellationToken)
    {
        try
        {
            using var unpacked = new TemporaryLayout();
            using var layout = place.Open(unpacked, MaxBlobBytes, _site.Clock);
            var digest = place.Digest ?? (await BundleLayout.FindAsync(layout, place.Tag, cancellationToken)).Digest;
            var content = await BundleReader.InspectAsync(digest, layout, _profile.ValuesFor(release: null), cancellationToken);
            var distrust = await _trust.FindDistrustAsync(content.Root, layout, repository: null, channel.Name, cancellationToken);
            return Input(content, $"the layout {text}", distrust is null, distrust);
        }
        catch (StorageException failure)
        {
            // A medium that somebody brought is input; it is not a disk of this machine that needs repair.
            throw new BundleException(failure.Reason, failure.Message, failure) { Subject = place.Path, Hint = "Copy it again." };
        }
    }

    private async Task<PlanInput> ReadReferenceAsync(OciReference reference, ChannelSubscription channel, CancellationToken cancellationToken)
    {
        var client = await ConnectAsync(reference.Name, cancellationToken);
        var manifest = reference.Digest is { } digest
            ? await client.GetManifestAsync(reference.Repository, digest, cancellationToken)
            : await client.FindManifestAsync(reference.Repository, reference.Tag ?? "latest", cancellationToken)
                ?? throw new BundleException($"the registry has no '{reference}'") { Subject = reference.ToString(), ExitCode = ExitCodes.NotFound };
        if (manifest.Content.ArtifactType != ReleaseRecord.MediaType)
        {
            return await ReadBundleAsync(client, manifest, reference, _profile.ValuesFor(release: null), channel, cancellationToken);
        }

        var (release, doubt) = await _trust.ReadReleaseAsync(client, manifest, reference, channel.Name, cancellationToken);
        Require(doubt, manifest.Descriptor.Digest);
        var place = OciReference.Parse(release.Bundle.Repository).WithDigest(release.Bundle.Digest);
        var registry = await ConnectAsync(place.Name, cancellationToken);
        var bundle = await registry.GetManifestAsync(place.Repository, release.Bundle.Digest, cancellationToken);
        var input = await ReadBundleAsync(registry, bundle, place, _profile.ValuesFor(release), channel, cancellationToken);
        var both = doubt ?? input.Bundle.Distrust;
        return input with
        {
            Release = release,
            Bundle = input.Bundle with
            {
                Source = $"release {ReleaseNumber.Describe(release.Sequence, release.Epoch)}, {reference}",
                Trusted = both is null,
                Distrust = both,
            },
        };
    }

    private async Task<PlanInput> ReadBundleAsync(
        RegistryClient client, ReceivedManifest manifest, OciReference reference, ValueSources values, ChannelSubscription channel, CancellationToken cancellationToken)
    {
        var distrust = await _trust.FindDistrustAsync(manifest.Descriptor, client, reference.Name, channel.Name, cancellationToken);
        Require(distrust, manifest.Descriptor.Digest);
        return Input(await FetchAsync(client, manifest, reference, values, cancellationToken), reference.ToString(), distrust is null, distrust);
    }

    // By the cache; the registry may have signatures that came later.
    private async Task<SiteNotice?> FindDistrustAsync(Descriptor bundle, string repository, string channel, CancellationToken cancellationToken)
    {
        var distrust = _cache is null ? null : await _trust.FindDistrustAsync(bundle, _cache, repository, channel, cancellationToken);
        if (_cache is not null && distrust is null)
        {
            return null;
        }

        try
        {
            return await _trust.FindDistrustAsync(bundle, await ConnectAsync(repository, cancellationToken), repository, channel, cancellationToken);
        }
        catch (EdgeSyncException) when (distrust is not null)
        {
            return distrust;
        }
    }

    private Task<RegistryClient> ConnectAsync(string repository, CancellationToken cancellationToken) =>
        _registries.GetAsync(OciReference.Parse(repository).Registry, cancellationToken);

    private async Task<BundleContent?> FindCachedAsync(Digest bundle, ValueSources values, CancellationToken cancellationToken)
    {
        try
        {
            return _cache?.Contains(bundle) == true ? await BundleReader.InspectAsync(bundle, _cache, values, cancellationToken) : null;
        }
        catch (StorageException)
        {
            // Not fetched yet, or damaged; the registry has it.
            return null;
        }
    }

    private async Task<BundleContent> FetchAsync(OciReference bundle, ValueSources values, CancellationToken cancellationToken)
    {
        var client = await ConnectAsync(bundle.Name, cancellationToken);
        return await FetchAsync(client, await client.GetManifestAsync(bundle.Repository, bundle.Digest!.Value, cancellationToken), bundle, values, cancellationToken);
    }

    private async Task<BundleContent> FetchAsync(RegistryClient client, ReceivedManifest root, OciReference bundle, ValueSources values, CancellationToken cancellationToken)
    {
        using var store = await _temporary.OpenAsync(cancellationToken);
        await new GraphFetcher(store, new FetchOptions(), _site.Clock, _retries)
            .FetchAsync(client, bundle.Repository, root.Descriptor, BundleReader.SelectContent(root), progress: null, cancellationToken);
        return await BundleReader.InspectAsync(root.Descriptor.Digest, store, values, cancellationToken);
    }

    // What the site does not trust is not even sent to the cluster for a dry run, unless the user wants it.
    private void Require(SiteNotice? distrust, Digest subject)
    {
        if (distrust is not null && !_allowUntrusted)
        {
            throw new ReconciliationException(distrust.Reason, $"this site does not trust it, so that there is no plan: {distrust.Message}")
            {
                Disposition = Disposition.Stalled,
                Subject = subject.ToString(),
                Hint = $"{(distrust.Hint is { } hint ? $"{hint} " : "")}'--allow-untrusted' shows the plan anyway.",
                ExitCode = ExitCodes.NotTrusted,
            };
        }
    }

    private static PlanInput Input(BundleContent content, string source, bool? trusted, SiteNotice? distrust) => new(
        new PlannedBundle
        {
            Name = content.Metadata.Name,
            Version = content.Metadata.Version,
            Digest = content.Root.Digest.ToString(),
            Source = source,
            Trusted = trusted,
            Distrust = distrust,
        },
        content.Objects,
        content.Metadata.Requires) { Hooks = content.Hooks, Snapshots = content.Metadata.Snapshots ?? [] };
}
