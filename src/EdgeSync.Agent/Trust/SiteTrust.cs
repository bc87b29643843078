using System.Globalization;
using EdgeSync.Agent.Configuration;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Contracts.Trust;
using EdgeSync.Oci.Manifests;
using EdgeSync.Oci.Registries;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Failures;
using EdgeSync.Reconciliation.Ports;
using EdgeSync.Reconciliation.State;
using EdgeSync.Signing.Policies;
using EdgeSync.Signing.Roots;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Agent.Trust;

/// <summary>
/// The trust of a site that was installed with a trust root. It takes newer roots and revocations from the registry and from people, and stores each on
/// disk before it takes effect. Safe for use by several threads.
/// </summary>
internal sealed partial class SiteTrust : ISiteTrust, IDisposable
{
    private const string FromRegistry = "from the registry";
    private const string ByHand = "by 'edgesync trust import'";
    private static readonly TimeSpan LookShared = TimeSpan.FromSeconds(2);

    private readonly TrustRootStore _store;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _one = new(1, 1);
    private volatile TrustStanding _now;
    private Digest? _seenArtifact;
    private long _lookedAt;

    private SiteTrust(TrustRootStore store, TrustLoad load, TimeProvider time, ILogger logger)
    {
        _store = store;
        _time = time;
        _logger = logger;
        _now = TrustStanding.Of(load.State, load.Marks, load.Problem, generation: 1);
        if (load.Problem is { } problem)
        {
            LogRefused(problem.Reason, problem.Message);
        }
    }

    /// <summary>Raised, from any thread, after the trust has changed.</summary>
    public event Action? Changed;

    /// <summary>Where newer ones are polled; null when only people import them.</summary>
    public RegistryTrustSource? Source { get; init; }

    /// <summary>Acknowledges changes; null when there is no ledger yet.</summary>
    public TrustReporter? Reporter { get; init; }

    public TrustPolicy Policy => _now.Policy;

    public long Generation => _now.Generation;

    public TrustState State => _now.State;

    public TrustView View => TrustView.Of(_now.State, FindFault());

    public TrustStatus Status => TrustView.StatusOf(_now.State, FindFault());

    /// <summary>Opens the site's trust. Raises an <see cref="Primitives.Failures.EdgeSyncException"/> when the pinned root cannot be used.</summary>
    public static async Task<SiteTrust> OpenAsync(
        AgentConfiguration configuration, RegistryTrustSource? source, TrustReporter? reporter, TimeProvider time, ILogger<SiteTrust> logger, CancellationToken cancellationToken)
    {
        var store = StoreOf(configuration);
        var load = await store.LoadAsync(configuration.Trust.Root!, configuration.Fleet, cancellationToken);
        var trust = new SiteTrust(store, load, time, logger) { Source = source, Reporter = reporter };
        trust.Report_NeedsLock(origin: null);
        return trust;
    }

    /// <summary>The folder of a site's roots.</summary>
    public static TrustRootStore StoreOf(AgentConfiguration configuration) => new(
        Path.Combine(configuration.StateDirectory, "trust"), configuration.IdentityDirectory);

    /// <summary>The trust on the site's disk while no agent runs. Changes nothing.</summary>
    public static async Task<TrustStatus> ReadLastKnownAsync(AgentConfiguration configuration, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var load = await StoreOf(configuration).ReadAsync(configuration.Trust.Root!, configuration.Fleet, cancellationToken);
        return TrustView.StatusOf(load.State, load.State.FindDoubt(load.Marks, now) ?? load.Problem);
    }

    public Failure? FindDoubt() => _now.FindDoubt(_time.GetUtcNow()) is { } fault ? new Failure(fault.Reason, fault.Message, fault.Hint) : null;

    /// <summary>Why this bundle must not be activated even with valid signatures; null when it was not revoked.</summary>
    public Failure? FindRevocation(Digest bundle) => _now.FindRevocation(bundle);

    public async Task PollAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            Report_NeedsLock(origin: null);

            // Channels that poll at the same time share one poll.
            if (Source is null || (_lookedAt != 0 && _time.GetElapsedTime(_lookedAt) < LookShared))
            {
                return;
            }

            if (await Source.PollAsync(_seenArtifact, cancellationToken) is ResolveOutcome.Found found)
            {
                await FollowAsync_NeedsLock(Source, found.Manifest, cancellationToken);
                _seenArtifact = found.Manifest.Descriptor.Digest;
            }

            _lookedAt = _time.GetTimestamp();
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Imports records in the order of their dependencies and reports what was refused.</summary>
    public async Task<TrustAnswer> ImportAsync(TrustImport import, CancellationToken cancellationToken)
    {
        var outcomes = new List<TrustOutcome>();
        await _one.WaitAsync(cancellationToken);
        try
        {
            var known = import.Envelopes.Select(bytes => (Bytes: bytes, Envelope: TrustEnvelope.Peek(bytes))).ToList();
            foreach (var envelope in known.Select(item => item.Envelope).OfType<TrustEnvelope>().OrderBy(e => e.Kind).ThenBy(e => e.Number))
            {
                outcomes.Add(await TakeAsync_NeedsLock(envelope, ByHand, cancellationToken));
            }

            var strange = known.Count(item => item.Envelope is null);
            if (strange > 0)
            {
                outcomes.Add(new TrustOutcome(
                    strange == 1 ? "a file" : string.Create(CultureInfo.InvariantCulture, $"{strange} files"), TrustResult.Refused, TrustReasons.RootMalformed,
                    "it is neither a trust root nor a list of revocations", "Bring the files that 'edgesync trust sign' wrote."));
            }

            // The registry's roots may be acceptable now.
            _seenArtifact = null;
        }
        finally
        {
            _one.Release();
        }

        return new TrustAnswer(outcomes, View);
    }

    public void Dispose() => _one.Dispose();

    private async Task FollowAsync_NeedsLock(RegistryTrustSource source, ReceivedManifest manifest, CancellationToken cancellationToken)
    {
        if (!TrustArtifact.TryRead(manifest.Bytes, out var listing, out var problem))
        {
            Refuse(new RootFault(TrustReasons.RootMalformed, $"'{source.Reference}' cannot be read: {problem}", "Publish the trust again with 'edgesync trust publish'."));
            return;
        }

        Refuse(null);
        var head = _now.State.Chain.Head;
        if (listing.Roots.Keys.Append(0).Max() is var newest && newest < head.Version)
        {
            Refuse(new RootFault(
                TrustReasons.RootReplayed,
                string.Create(CultureInfo.InvariantCulture, $"'{source.Reference}' has trust root {newest} at most, and this site has {head.Version}"),
                "Find out who serves old roots: a registry that was restored, or somebody who keeps the newer ones away."));
        }

        await foreach (var envelope in source.ReadNewerAsync(listing, _now.State, cancellationToken))
        {
            if (await TakeAsync_NeedsLock(envelope, FromRegistry, cancellationToken) is { Result: TrustResult.Refused })
            {
                return;
            }
        }
    }

    private Task<TrustOutcome> TakeAsync_NeedsLock(TrustEnvelope envelope, string origin, CancellationToken cancellationToken) => envelope.Kind == TrustEnvelopeKind.Root
        ? TakeRootAsync_NeedsLock(envelope, origin, cancellationToken)
        : TakeListAsync_NeedsLock(envelope, origin, cancellationToken);

    private async Task<TrustOutcome> TakeRootAsync_NeedsLock(TrustEnvelope envelope, string origin, CancellationToken cancellationToken)
    {
        var what = string.Create(CultureInfo.InvariantCulture, $"trust root {envelope.Number}");
        var state = _now.State;
        switch (state.Chain.Append(envelope.Bytes, state.Revocations?.Keys ?? new HashSet<Digest>()))
        {
            case RootVerdict.Accepted accepted:
                state = state with { Chain = accepted.Chain };
                Count_NeedsLock(state, await _store.SaveRootAsync(state, _now.Marks, cancellationToken), origin);
                LogRoot(accepted.Chain.Head.Version, string.Join(", ", accepted.Chain.Links[^1].Signers));
                return new TrustOutcome(what, TrustResult.Taken);

            case RootVerdict.Rejected { Fault.Reason: TrustReasons.RootReplayed } when IsKnown(state.Chain, envelope):
            case RootVerdict.Known:
                return new TrustOutcome(what, TrustResult.Known);

            case RootVerdict.Rejected rejected:
                if (rejected.Contradicts is not null)
                {
                    await _store.KeepEvidenceAsync(envelope.Bytes, cancellationToken);
                }

                return Refused(what, rejected.Fault);

            default:
                throw new InvalidOperationException("a root is accepted, known or rejected");
        }
    }

    private async Task<TrustOutcome> TakeListAsync_NeedsLock(TrustEnvelope envelope, string origin, CancellationToken cancellationToken)
    {
        var state = _now.State;
        switch (RevocationVerifier.Verify(envelope.Bytes, state.Chain, state.Revocations))
        {
            case RevocationVerdict.Accepted { Revocations: var list }:
                state = state with { Revocations = list };
                Count_NeedsLock(state, await _store.SaveRevocationsAsync(state, _now.Marks, cancellationToken), origin);
                LogRevocations(list.Record.Number, list.Keys.Count, list.Bundles.Count);
                return new TrustOutcome(Name(list.Record.Number), TrustResult.Taken);

            case RevocationVerdict.Known:
                return new TrustOutcome(Name(state.Revocations!.Record.Number), TrustResult.Known);

            case RevocationVerdict.Rejected rejected:
                if (rejected.IsEquivocation)
                {
                    await _store.KeepEvidenceAsync(envelope.Bytes, cancellationToken);
                }

                return Refused(Name(envelope.Number), rejected.Fault);

            default:
                throw new InvalidOperationException("a list is accepted, known or rejected");
        }

        static string Name(long number) => number == 0 ? "a list of revocations" : string.Create(CultureInfo.InvariantCulture, $"list {number} of revocations");
    }

    private static bool IsKnown(TrustChain chain, TrustEnvelope envelope) =>
        Signing.Envelopes.DsseEnvelope.TryParse(envelope.Bytes.Span, out var parsed, out _) && chain.Contains(Digest.Of(parsed.Payload.Span));

    private TrustOutcome Refused(string what, RootFault fault)
    {
        Refuse(fault);
        return new TrustOutcome(what, TrustResult.Refused, fault.Reason, fault.Message, fault.Hint);
    }

    private void Refuse(RootFault? fault)
    {
        if (fault != _now.Refused)
        {
            _now = _now with { Refused = fault };
            if (fault is not null)
            {
                LogRefused(fault.Reason, fault.Message);
            }

            Changed?.Invoke();
        }
    }

    private void Count_NeedsLock(TrustState state, TrustMarks marks, string origin)
    {
        _now = TrustStanding.Of(state, marks, refused: null, _now.Generation + 1);
        Report_NeedsLock(origin);
        Changed?.Invoke();
    }

    // The trust is in force in any case; a change that cannot be acknowledged now is acknowledged at the next poll.
    private void Report_NeedsLock(string? origin)
    {
        try
        {
            Reporter?.Report(_now.State, origin);
        }
        catch (StorageException failure)
        {
            LogNotAcknowledged(failure.Reason, failure.Message);
        }
    }

    private RootFault? FindFault() => _now.FindFault(_time.GetUtcNow());

    [LoggerMessage(AgentEventIds.TrustRootTaken, LogLevel.Information, "Trust root {Version} counts from now on; signed by {Signers}")]
    private partial void LogRoot(long version, string signers);

    [LoggerMessage(AgentEventIds.RevocationsTaken, LogLevel.Warning, "List {Number} of revocations counts from now on: {Keys} keys, {Bundles} bundles")]
    private partial void LogRevocations(long number, int keys, int bundles);

    [LoggerMessage(AgentEventIds.TrustRefused, LogLevel.Error, "The site's trust stays as it is, {Reason}: {Message}")]
    private partial void LogRefused(string reason, string message);

    [LoggerMessage(AgentEventIds.TrustNotAcknowledged, LogLevel.Warning, "A change of the site's trust counts, and cannot be acknowledged now, {Reason}: {Message}")]
    private partial void LogNotAcknowledged(string reason, string message);
}
