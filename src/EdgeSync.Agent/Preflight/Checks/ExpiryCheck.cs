namespace EdgeSync.Agent.Preflight.Checks;

/// <summary>Nothing runs out before the mission ends: certificates, the trust root, the releases that run.</summary>
internal sealed class ExpiryCheck(IReadOnlyList<IExpirySource> sources) : ISiteCheck
{
    /// <summary>What ends so soon after the mission is worth a warning.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromHours(24);

    public string Name => "expiry";

    public string Why => "What runs out on the way cannot be renewed there.";

    public async Task<CheckFinding> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        var found = new List<Expiry>();
        foreach (var source in sources)
        {
            found.AddRange(await source.FindAsync(context, cancellationToken));
        }

        var ordered = found.OrderBy(item => item.At ?? DateTimeOffset.MinValue).ToList();
        var findings = ordered.Select(item => Judge(item, context)).ToList();
        var first = ordered.Find(item => item.At is not null);
        return CheckFinding.Worst(findings, first is null ? "nothing here runs out" : $"nothing of {ordered.Count} runs out before {context.MissionEnds:u}; the first is {first.What}, on {first.At:u}") with
        {
            Details = [.. ordered.Select(item => item.At is { } at ? $"{item.What}: {at:u}" : $"{item.What}: not known, {item.Problem}")],
        };
    }

    private static CheckFinding Judge(Expiry item, CheckContext context) => item.At switch
    {
        null => CheckFinding.Warned($"{item.What}: when it runs out is not known: {item.Problem}", "Make it readable, or look at its date yourself."),
        { } at when at <= context.Now => CheckFinding.Failed($"{item.What} ran out {CheckContext.Length(context.Now - at)} ago, at {at:u}", item.Do),
        { } at when at < context.MissionEnds => CheckFinding.Failed($"{item.What} runs out in {CheckContext.Length(at - context.Now)}, at {at:u}, before the mission ends at {context.MissionEnds:u}", item.Do),
        { } at when at < context.MissionEnds + Margin => CheckFinding.Warned($"{item.What} runs out in {CheckContext.Length(at - context.Now)}, at {at:u}", item.Do),
        _ => CheckFinding.Passed(""),
    };
}
