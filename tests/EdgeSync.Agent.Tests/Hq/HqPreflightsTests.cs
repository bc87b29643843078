using EdgeSync.Agent.Failures;
using EdgeSync.Agent.Hq;
using EdgeSync.Agent.Preflight;
using EdgeSync.Agent.Time;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Primitives.Failures;
using EdgeSync.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeSync.Agent.Tests.Hq;

/// <summary>What a site does when HQ asks for a preflight.</summary>
public sealed class HqPreflightsTests
{
    private readonly ManualTimeProvider _machine = new();
    private readonly List<PreflightRequest> _started = [];
    private readonly List<PreflightReply> _replies = [];
    private AgentException? _obstacle;

    private DateTimeOffset Now => _machine.GetUtcNow();

    [Fact]
    public void Take_Allowed_StartsItInTheNameOfTheOperatorWithoutAHold()
    {
        Create().Take("r1", Hint() with { Deadline = Now.AddHours(1), MissionSeconds = 43_200 });

        var request = Assert.Single(_started);
        Assert.Equal(("olga at HQ", Now.AddHours(1), TimeSpan.FromHours(12)), (request.By, request.Deadline!.Value, request.Inspection.Mission));
        Assert.Equal((null, null), (request.Hold, request.HoldUntil));
        Assert.Equal(new PreflightReply("r1", Now), Assert.Single(_replies));
    }

    [Fact]
    public void Take_NotAllowed_IsRefusedInTheStatus()
    {
        Create(mayAsk: false).Take("r1", Hint());

        Assert.Empty(_started);
        Assert.Equal(("r1", ReasonCodes.PreflightNotAllowed), (_replies[0].Request, _replies[0].Reason));
        Assert.Contains("hq.mayAskForPreflight", _replies[0].Hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-3 * 24 * 60)]
    [InlineData(16)]
    public void Take_ExpiredOrValidForTooLong_IsRefused(int minutes)
    {
        Create().Take("r1", Hint() with { ExpiresAt = Now.AddMinutes(minutes) });

        Assert.Empty(_started);
        Assert.Equal(ReasonCodes.PreflightRequestExpired, _replies[0].Reason);
    }

    [Fact]
    public void Take_ASecondOneSoon_IsRefusedAndTakenAfterFiveMinutes()
    {
        var preflights = Create();
        preflights.Take("r1", Hint());
        _machine.Advance(TimeSpan.FromMinutes(4.9));
        preflights.Take("r2", Hint());
        Assert.Equal(ReasonCodes.PreflightTooSoon, _replies[^1].Reason);

        _machine.Advance(TimeSpan.FromMinutes(0.2));
        preflights.Take("r3", Hint());

        Assert.Equal(2, _started.Count);
        Assert.Null(_replies[^1].Reason);
    }

    [Fact]
    public void Take_TheSameDeliveredTwice_IsOne()
    {
        var preflights = Create();
        preflights.Take("r1", Hint());
        _machine.Advance(TimeSpan.FromMinutes(6));
        preflights.Take("r1", Hint());

        Assert.Single(_started);
        Assert.Single(_replies);
    }

    [Fact]
    public void Take_WhileOneRuns_AnswersWhatTheAgentSaysAndMayAskAgain()
    {
        var preflights = Create();
        _obstacle = new AgentException("PreflightRunning", "a preflight of ann runs") { Hint = "Wait for its end.", ExitCode = ExitCodes.Waiting };
        preflights.Take("r1", Hint());
        Assert.Equal(("PreflightRunning", "a preflight of ann runs", "Wait for its end."), (_replies[0].Reason, _replies[0].Message, _replies[0].Hint));

        _obstacle = null;
        preflights.Take("r2", Hint());
        Assert.Null(_replies[1].Reason);
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("a name that is longer than any that HQ sends, by far", null)]
    [InlineData("olga", 0L)]
    [InlineData("olga", 40_000_000L)]
    public void Take_RequestThatIsNone_IsRefused(string by, long? mission)
    {
        Create().Take("r1", Hint() with { By = by, MissionSeconds = mission });

        Assert.Empty(_started);
        Assert.Equal("PreflightInvalid", _replies[0].Reason);
    }

    private HqPreflights Create(bool mayAsk = true) => new(mayAsk, Start, _replies.Add, new SiteClock(_machine, Now), NullLogger.Instance);

    private PreflightHint Hint() => new("olga", Now.AddMinutes(10));

    private void Start(PreflightRequest request)
    {
        if (_obstacle is not null)
        {
            throw _obstacle;
        }

        _started.Add(request);
    }
}
