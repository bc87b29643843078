using System.Text.Json;
using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.Logging;
using EdgeSync.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace EdgeSync.Agent.Tests.Logging;

public sealed partial class AgentLoggingTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void Log_Plain_IsOneLineWithTimeLevelCategoryAndNumber()
    {
        var text = Write(json: false, logger => LogGone(logger, "the\nlink\e[2J", 3, new InvalidOperationException("dark")));

        Assert.Equal(
            $"{_time.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fffZ} warn: EdgeSync.Test[9999] Gone is the link [2J for 3 days System.InvalidOperationException: dark\n", text);
    }

    [Fact]
    public void Log_PlainForTheJournal_StartsWithThePriority()
    {
        using var output = new StringWriter();

        LogGone(new FormattedLogger(new PlainLogFormatter(_time, hasPriority: true), output), "the link", 3, null);

        Assert.StartsWith($"<4>{_time.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fffZ} warn: EdgeSync.Test[9999] ", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Log_Json_IsOneObjectWithValuesByName()
    {
        var text = Write(json: true, logger => LogGone(logger, "the\nlink", 3, null));

        var line = Assert.Single(text.TrimEnd('\n').Split('\n'));
        using var document = JsonDocument.Parse(line);
        var root = document.RootElement;
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", root.GetProperty("Timestamp").GetString());
        Assert.Equal(9999, root.GetProperty("EventId").GetInt32());
        Assert.Equal("Warning", root.GetProperty("LogLevel").GetString());
        Assert.Equal("EdgeSync.Test", root.GetProperty("Category").GetString());
        Assert.Equal("Gone is the\nlink for 3 days", root.GetProperty("Message").GetString());
        Assert.Equal("the\nlink", root.GetProperty("State").GetProperty("What").GetString());
        Assert.Equal(3, root.GetProperty("State").GetProperty("Days").GetInt32());
        Assert.Equal("Gone is {What} for {Days} days", root.GetProperty("State").GetProperty("{OriginalFormat}").GetString());
        Assert.False(root.TryGetProperty("Exception", out _));
    }

    [Theory]
    [InlineData("EdgeSync.Test", LogLevel.Debug, LogLevel.Debug)]
    [InlineData("EdgeSync.Test", LogLevel.Error, LogLevel.Error)]
    [InlineData("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Debug, LogLevel.Warning)]
    [InlineData("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Error, LogLevel.Error)]
    public void IsEnabled_LowestLevel_IsTheConfiguredOneAndAtLeastWarningForFrameworks(string category, LogLevel configured, LogLevel least)
    {
        using var services = Services(new LogSection(configured, Json: false));
        var logger = services.GetRequiredService<ILoggerFactory>().CreateLogger(category);

        Assert.True(logger.IsEnabled(least));
        Assert.False(logger.IsEnabled(least - 1));
        Assert.False(logger.IsEnabled(LogLevel.None));
    }

    [Fact]
    public void Log_Quiet_WritesOnlyWhatEndsTheProcess()
    {
        using var services = Services(new LogSection(LogLevel.Trace, Json: false), isQuiet: true);
        var logger = services.GetRequiredService<ILoggerFactory>().CreateLogger("EdgeSync.Test");

        Assert.False(logger.IsEnabled(LogLevel.Error));
        Assert.True(logger.IsEnabled(LogLevel.Critical));
    }

    private string Write(bool json, Action<ILogger> log)
    {
        using var services = Services(new LogSection(LogLevel.Information, json));
        var chosen = services.GetRequiredService<IOptions<ConsoleLoggerOptions>>().Value.FormatterName;
        using var output = new StringWriter();
        log(new FormattedLogger(services.GetServices<ConsoleFormatter>().Single(formatter => formatter.Name == chosen), output));
        return output.ToString();
    }

    private ServiceProvider Services(LogSection options, bool isQuiet = false) => new ServiceCollection()
        .AddSingleton<TimeProvider>(_time)
        .AddLogging(logging => logging.AddAgentConsole(options, isQuiet))
        .BuildServiceProvider();

    [LoggerMessage(9999, LogLevel.Warning, "Gone is {What} for {Days} days")]
    private static partial void LogGone(ILogger logger, string what, int days, Exception? cause);

    /// <summary>Writes each event as the console does.</summary>
    private sealed class FormattedLogger(ConsoleFormatter formatter, TextWriter output) : ILogger
    {
        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> format) =>
            formatter.Write(new LogEntry<TState>(logLevel, "EdgeSync.Test", eventId, state, exception, format), scopeProvider: null, output);
    }
}
