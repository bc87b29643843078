using EdgeSync.Agent.Daemon;
using EdgeSync.Agent.Failures;
using EdgeSync.Agent.State;
using EdgeSync.Primitives.Failures;
using EdgeSync.Reconciliation.Channels;

namespace EdgeSync.Agent.Holds;

/// <summary>Lists and lifts quarantines. The daemon and the verbs without a daemon answer by these rules.</summary>
internal sealed class QuarantineService(SiteStore store, IReadOnlyCollection<string> channels, TimeProvider time)
{
    private const int MaxBy = 64;
    private const int ShortestDigest = 12;
    private const string Algorithm = "sha256:";

    public QuarantineAnswer List() => new(Find(null), []);

    /// <summary>
    /// Lets a bundle be tried again. <paramref name="site"/> is the running site, or null in a process without one. Raises an <see cref="AgentException"/>
    /// where the request is not valid, or the bundle is not in quarantine.
    /// </summary>
    public QuarantineAnswer Lift(QuarantineLift request, Site? site)
    {
        if (request.By.Trim().Length == 0 || request.By.Length > MaxBy || request.By.Any(char.IsControl))
        {
            throw Invalid($"the name of who lifts must have 1 to {MaxBy} characters on one line", null);
        }

        if (request.Channel is not null && !channels.Contains(request.Channel))
        {
            throw Invalid($"this site follows no channel '{request.Channel}'", $"It follows {string.Join(", ", channels)}.");
        }

        var hex = request.Digest.StartsWith(Algorithm, StringComparison.Ordinal) ? request.Digest[Algorithm.Length..] : request.Digest;
        if (hex.Length < ShortestDigest || !hex.All(char.IsAsciiHexDigitLower))
        {
            throw Invalid($"'{request.Digest}' is no digest", $"Give it as 'edgesync quarantine list' shows it, or at least its first {ShortestDigest} digits.");
        }

        var meant = Find(request.Channel).Where(entry => entry.Digest.ToString().StartsWith(Algorithm + hex, StringComparison.Ordinal)).ToList();
        if (meant.Count == 0)
        {
            throw new AgentException("NotInQuarantine", $"the bundle {request.Digest} is not in quarantine{(request.Channel is { } at ? $" on channel {at}" : "")}")
            {
                Hint = "'edgesync quarantine list' shows which bundles are.",
            };
        }

        foreach (var entry in meant)
        {
            if (site?.Workers.FirstOrDefault(worker => worker.Channel == entry.Channel) is { } worker)
            {
                worker.LiftQuarantine(entry.Digest, request.By);
            }
            else
            {
                ChannelWorker.LiftQuarantine(store, entry.Channel, entry.Digest, request.By, time.GetUtcNow());
            }
        }

        return new QuarantineAnswer(Find(null), meant);
    }

    private List<QuarantineEntry> Find(string? channel) =>
    [
        .. channels.Where(name => channel is null || name == channel).SelectMany(name => store.Load(name).Quarantined.Select(failed =>
            new QuarantineEntry(name, failed.Digest, failed.Sequence, failed.Reason, failed.Message, failed.Since))),
    ];

    private static AgentException Invalid(string message, string? hint) => new("QuarantineInvalid", message) { Hint = hint, ExitCode = ExitCodes.Usage };
}
