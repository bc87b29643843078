using EdgeSync.Agent.Configuration;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Agent.Logging;

/// <summary>
/// The daemon's log: one line an event on standard output, for people or as JSON for a collector. Each line is one write, made before the call
/// returns: the last words before a crash are there, and no thread or queue waits behind the log.
/// </summary>
internal sealed class ConsoleLogs(Stream output, TimeProvider time, LogSection options, bool isQuiet) : ILoggerFactory
{
    /// <summary>Kestrel tells much that only its authors need.</summary>
    private const string FrameworkPrefix = "Microsoft.";

    private readonly Lock _lock = new();
    private readonly LogLevel _least = isQuiet ? LogLevel.Critical : options.Level;

    public ILogger CreateLogger(string categoryName)
    {
        var least = categoryName.StartsWith(FrameworkPrefix, StringComparison.Ordinal) && _least < LogLevel.Warning ? LogLevel.Warning : _least;
        return new ConsoleLogger(this, categoryName, least);
    }

    /// <summary>Writes one event.</summary>
    public void Write(in LogLine line)
    {
        var bytes = options.Json ? JsonLogFormat.Format(line, time.GetUtcNow()) : PlainLogFormat.Format(line, time.GetUtcNow());
        lock (_lock)
        {
            output.Write(bytes.Span);
        }
    }

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("There is one log.");

    public void Dispose() => output.Dispose();
}
