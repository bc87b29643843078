using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Timing;

namespace EdgeSync.Reconciliation.Pipeline;

/// <summary>
/// Tries again, within one pass, what failed for a reason of the site: a control plane that is unwell for a moment, a login or a right that the API server
/// does not know yet. What lasts longer is left to <see cref="SiteWait"/>.
/// </summary>
internal sealed class SitePatience(string channel, IProgress<PipelineProgress> progress, TimeProvider monotonic, Random random)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    // An election of etcd, a restart of k3s, a certificate that is renewed: these are over within a minute.
    private static readonly TimeSpan ForHiccups = TimeSpan.FromMinutes(1);

    // A refusal by a single answer may be a slip (a role binding that is not in the cache yet); what is refused for seconds is meant.
    private static readonly TimeSpan ForRefusals = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The result of <paramref name="work"/>, or its last failure. <paramref name="newer"/>, if there is one, runs during the pauses; once it is true, the
    /// failure is raised at once.
    /// </summary>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> work, Func<Task<bool>>? newer, CancellationToken cancellationToken)
    {
        var started = monotonic.GetTimestamp();
        var backoff = new Backoff(FirstPause, LongestPause, random);
        while (true)
        {
            try
            {
                return await work(cancellationToken);
            }
            catch (EdgeSyncException failure) when (LimitOf(failure) > monotonic.GetElapsedTime(started))
            {
                progress.Report(new PipelineProgress(channel, PipelineStage.Apply, $"trying again: {failure.Message}") { WaitingFor = $"the cluster: {failure.Message}" });
                if (await PauseAsync(failure.RetryAfter ?? backoff.Next(), newer, cancellationToken))
                {
                    throw;
                }
            }
        }
    }

    private static TimeSpan LimitOf(EdgeSyncException failure) => failure.Reason switch
    {
        ApiReasons.ClusterError or ApiReasons.ClusterBusy or ApiReasons.ClusterTimeout or ApiReasons.ObjectConflict or ApiReasons.AdmissionUnavailable
            or ApiReasons.ResourceExpired or ApiReasons.NamespaceTerminating when failure.Disposition != Disposition.Stalled => ForHiccups,
        ApiReasons.KindUnknown or ApiReasons.NamespaceMissing => ForRefusals,
        _ when failure is KubernetesApiException or SiteException && ReasonTable.IsOfTheSite(failure.Reason) => ForRefusals,
        _ => TimeSpan.Zero,
    };

    // True where a newer release makes trying again pointless.
    private async Task<bool> PauseAsync(TimeSpan pause, Func<Task<bool>>? newer, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var delay = Task.Delay(pause < LongestPause ? pause : LongestPause, monotonic, over.Token);
        var isNewer = newer?.Invoke() is { } watch && await Task.WhenAny(delay, watch) == watch && await watch;
        if (!isNewer)
        {
            await delay;
        }

        await over.CancelAsync();
        return isNewer;
    }
}

/// <summary>The site does not let a change go on now. The release is not at fault: it waits.</summary>
internal sealed class SiteException : EdgeSyncException
{
    public SiteException(EdgeSyncException cause, string message)
        : base(cause.Reason, message, cause)
    {
        Subject = cause.Subject;
        Hint = cause.Hint;
        ExitCode = cause.ExitCode;
        Disposition = cause.Disposition;
        RetryAfter = cause.RetryAfter;
    }

    /// <summary>The object that the cluster did not take, or null.</summary>
    public ObjectId? Refused { get; init; }
}
