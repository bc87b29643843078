using System.CommandLine;
using EdgeSync.Agent.Preflight;
using EdgeSync.Agent.Publishing;

namespace EdgeSync.Agent.Commands;

/// <summary>The options of the verbs that check the site.</summary>
internal sealed class CheckOptions
{
    public CheckOptions() => Mission.Validators.Add(result =>
    {
        if (result.GetValue(Mission) is { } text && TimeArgument.TryParse(text)?.After is null)
        {
            result.AddError($"'{text}' is no duration; write 90m, 12h or 2d.");
        }
    });

    public Option<string?> Mission { get; } = new("--mission")
    {
        Description = "How long everything has to hold from now on: 90m, 12h, 2d. What runs out before that fails (default: what has run out already).",
        HelpName = "DURATION",
    };

    public Option<bool> Deep { get; } = new("--deep") { Description = "Hash every blob of the bundles in the cache, which takes time." };

    public Option<bool> RequireLink { get; } = new("--require-link") { Description = "Fail where a registry was not seen lately, in place of a warning." };

    public Option<bool> Strict { get; } = new("--strict") { Description = "Exit with 2 where there are only warnings." };

    public Option<string> By { get; } = HoldCommand.By();

    /// <summary>How long the mission is; zero by default.</summary>
    public TimeSpan MissionOf(ParseResult parsed) => parsed.GetValue(Mission) is { } text ? TimeArgument.TryParse(text)!.After!.Value : TimeSpan.Zero;

    public InspectionRequest Request(ParseResult parsed) => new()
    {
        Mission = MissionOf(parsed),
        Deep = parsed.GetValue(Deep),
        RequireLink = parsed.GetValue(RequireLink),
        By = parsed.GetValue(By),
    };
}
