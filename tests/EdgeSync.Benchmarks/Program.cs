using EdgeSync.Benchmarks;
using EdgeSync.Primitives.Failures;

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};

try
{
    return await BenchCommand.Create(stop.Token).Parse(args).InvokeAsync(new() { EnableDefaultExceptionHandler = false }, stop.Token);
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    Console.WriteLine("ended before the last measurement");
    return ExitCodes.Failure;
}
catch (EdgeSyncException failure)
{
    Console.Error.WriteLine($"error: {failure.Message} ({failure.Reason})");
    if (failure.Hint is not null)
    {
        Console.Error.WriteLine($"hint:  {failure.Hint}");
    }

    return failure.ExitCode;
}
