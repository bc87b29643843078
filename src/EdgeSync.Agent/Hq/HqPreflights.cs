using EdgeSync.Agent.Preflight;
using EdgeSync.Agent.Time;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Primitives.Failures;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Agent.Hq;

/// <summary>
/// Answers HQ's requests for a preflight. The site decides: it makes one only where its configuration lets HQ ask, before the request expires, one at a time and few of
/// them, and never with a hold. Every answer, also a refusal, is in the site's status.
/// </summary>
/// <param name="mayAsk">Whether the configuration lets HQ ask.</param>
/// <param name="start">Begins a preflight; raises an <see cref="EdgeSyncException"/> where that is not possible.</param>
/// <param name="answer">Puts the answer into the site's status.</param>
/// <param name="time">The site's clock.</param>
/// <param name="logger">Where refusals are logged.</param>
internal sealed partial class HqPreflights(bool mayAsk, Action<PreflightRequest> start, Action<PreflightReply> answer, SiteClock time, ILogger logger)
{
    private const int MaxMissionHours = (int)(PreflightHint.MaxMissionSeconds / 3600);

    /// <summary>Between two preflights that HQ asked for: a broker that asks without end must not keep the site busy.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromMinutes(5);

    private string? _answered;
    private long? _last;

    /// <summary>Takes a request. The broker may deliver it twice: the second time is no new one.</summary>
    public void Take(string request, PreflightHint hint)
    {
        if (request == _answered)
        {
            return;
        }

        _answered = request;
        var reply = new PreflightReply(request, time.GetUtcNow());
        if (FindObstacle(hint) is var (reason, message, advice))
        {
            LogRefused(hint.By, reason, message);
            reply = reply with { Reason = reason, Message = message, Hint = advice };
        }

        answer(reply);
    }

    // Starts the preflight where nothing is against it.
    private (string Reason, string Message, string? Hint)? FindObstacle(PreflightHint hint)
    {
        if (!mayAsk)
        {
            return (ReasonCodes.PreflightNotAllowed, "this site does not let HQ ask for a preflight", "Set 'hq.mayAskForPreflight: true' at the site and restart its agent, or run 'edgesync preflight' there.");
        }

        if (hint.By.Length is 0 or > PreflightHint.MaxByLength || hint.MissionSeconds is < 1 or > PreflightHint.MaxMissionSeconds)
        {
            return ("PreflightInvalid", $"the request names nobody, or a mission that does not last 1 to {MaxMissionHours} hours", null);
        }

        var now = time.GetUtcNow();
        if (hint.ExpiresAt <= now || hint.ExpiresAt > now + PreflightHint.MaxLifetime)
        {
            return (ReasonCodes.PreflightRequestExpired, $"the request expires at {hint.ExpiresAt:u}, and at this site it is {now:u}; it may lie at most {PreflightHint.MaxLifetime.TotalMinutes} minutes ahead", "Ask again; if this comes back, compare the clocks of HQ and the site.");
        }

        if (_last is { } last && Rest - time.GetElapsedTime(last) is var left && left > TimeSpan.Zero)
        {
            return (ReasonCodes.PreflightTooSoon, $"HQ's last preflight began less than {Rest.TotalMinutes} minutes ago", $"Ask again after {now + left:u}.");
        }

        return TryStart(hint);
    }

    private (string Reason, string Message, string? Hint)? TryStart(PreflightHint hint)
    {
        var by = $"{hint.By} at HQ";
        try
        {
            start(new PreflightRequest
            {
                By = by,
                Deadline = hint.Deadline,
                Inspection = new InspectionRequest { By = by, Mission = TimeSpan.FromSeconds(hint.MissionSeconds ?? 0) },
            });
            _last = time.GetTimestamp();
            return null;
        }
        catch (EdgeSyncException failure)
        {
            return (failure.Reason, failure.Message, failure.Hint);
        }
    }

    [LoggerMessage(AgentEventIds.HqPreflightRefused, LogLevel.Warning, "Refused the preflight that {By} at HQ asked for, {Reason}: {Message}")]
    private partial void LogRefused(string by, string reason, string message);
}
