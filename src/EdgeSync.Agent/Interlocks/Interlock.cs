namespace EdgeSync.Agent.Interlocks;

/// <summary>One interlock of the site: a question whose answer must allow an activation before it begins.</summary>
internal sealed record Interlock
{
    /// <summary>How long to wait before the second try of a question that got no answer.</summary>
    public static readonly TimeSpan SecondTry = TimeSpan.FromSeconds(1);

    public required string Name { get; init; }

    public required IProbe Probe { get; init; }

    /// <summary>How often it is asked while a release waits for it.</summary>
    public required TimeSpan Every { get; init; }

    /// <summary>What it means that it is closed, for people; or null.</summary>
    public string? Message { get; init; }

    /// <summary>What somebody can do about it; or null.</summary>
    public string? Hint { get; init; }

    /// <summary>The channels that it keeps; empty for all.</summary>
    public IReadOnlyList<string> Channels { get; init; } = [];

    public bool IsFor(string channel) => Channels.Count == 0 || Channels.Contains(channel);

    /// <summary>Asks; a second time where there was no answer.</summary>
    public async Task<ProbeAnswer> AskAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        var answer = await Probe.AskAsync(time, cancellationToken);
        if (answer.Verdict != ProbeVerdict.Unknown)
        {
            return answer;
        }

        await Task.Delay(SecondTry, time, cancellationToken);
        return await Probe.AskAsync(time, cancellationToken);
    }

    /// <summary>Why it is closed, in words for people. <paramref name="said"/> comes before what the probe itself said.</summary>
    public string Describe(ProbeAnswer answer, string said)
    {
        var found = answer.Said is { Length: > 0 } words ? $"{answer.Found} ({said} '{words}')" : answer.Found;
        return Message is null ? found : $"{Message} ({found})";
    }
}
