namespace EdgeSync.Agent.Commands;

/// <summary>Writes a line to standard error for each report, in order and immediately.</summary>
internal sealed class LineProgress<T>(Func<T, string> describe) : IProgress<T>
{
    public void Report(T value) => Console.Error.WriteLine(describe(value));
}
