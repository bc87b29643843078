using Microsoft.Extensions.Logging;

namespace EdgeSync.Agent.Logging;

/// <summary>One category's way into <see cref="ConsoleLogs"/>. Scopes are not shown.</summary>
internal sealed class ConsoleLogger(ConsoleLogs logs, string category, LogLevel least) : ILogger
{
    public bool IsEnabled(LogLevel logLevel) => logLevel >= least && logLevel != LogLevel.None;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            logs.Write(new LogLine(
                logLevel, category, eventId.Id, formatter(state, exception), exception, state as IReadOnlyList<KeyValuePair<string, object?>>));
        }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;
}
