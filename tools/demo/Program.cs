using EdgeSync.Demo;
using EdgeSync.Primitives.Failures;

var once = args.Contains("--once");
var unknown = args.FirstOrDefault(arg => arg is not "--once");
if (unknown is not null)
{
    Console.Error.WriteLine($"error: '{unknown}' is unknown; the demo takes --once (end after the last step)");
    return ExitCodes.Usage;
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};

try
{
    await using var world = await DemoWorld.StartAsync(stop.Token);
    await DemoSteps.RunAsync(world, stop.Token);
    if (!once)
    {
        Narrator.Say($"Everything stays up for you to explore: {world.PageAddress} (Ctrl-C ends it)");
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop.Token);
    }

    return ExitCodes.Ok;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    Narrator.Say("ended");
    return ExitCodes.Ok;
}
catch (EdgeSyncException failure)
{
    Console.Error.WriteLine($"error: {failure.Message} ({failure.Reason})");
    return ExitCodes.Failure;
}
