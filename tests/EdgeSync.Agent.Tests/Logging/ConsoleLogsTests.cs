using System.Text;
using System.Text.Json;
using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.Logging;
using EdgeSync.Testing;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Agent.Tests.Logging;

public sealed partial class ConsoleLogsTests : IDisposable
{
    private readonly MemoryStream _output = new();
    private readonly ManualTimeProvider _time = new();

    public void Dispose() => _output.Dispose();

    [Fact]
    public void Log_Plain_IsOneLineWithTimeLevelCategoryAndNumber()
    {
        using var logs = Logs(LogLevel.Information);

        LogGone(logs.CreateLogger("EdgeSync.Test"), "the\nlink\e[2J", 3, new InvalidOperationException("dark"));

        Assert.Equal(
            $"{_time.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fffZ} warn: EdgeSync.Test[9999] Gone is the link [2J for 3 days System.InvalidOperationException: dark\n", Written());
    }

    [Fact]
    public void Log_Json_IsOneObjectWithValuesByName()
    {
        using var logs = Logs(LogLevel.Information, json: true);

        LogGone(logs.CreateLogger("EdgeSync.Test"), "the\nlink", 3, null);

        var line = Assert.Single(Written().TrimEnd('\n').Split('\n'));
        using var document = JsonDocument.Parse(line);
        var root = document.RootElement;
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
    public void IsEnabled_LeastLevel_IsTheConfiguredOneAndForFrameworksAtLeastWarning(string category, LogLevel configured, LogLevel least)
    {
        using var logs = Logs(configured);
        var logger = logs.CreateLogger(category);

        Assert.True(logger.IsEnabled(least));
        Assert.False(logger.IsEnabled(least - 1));
        Assert.False(logger.IsEnabled(LogLevel.None));
    }

    [Fact]
    public void Log_Quiet_SaysOnlyWhatEndsTheProcess()
    {
        using var logs = new ConsoleLogs(_output, _time, new LogSection(LogLevel.Trace, Json: false), isQuiet: true);

        LogGone(logs.CreateLogger("EdgeSync.Test"), "the link", 3, null);

        Assert.Equal("", Written());
    }

    private ConsoleLogs Logs(LogLevel level, bool json = false) => new(_output, _time, new LogSection(level, json), isQuiet: false);

    private string Written() => Encoding.UTF8.GetString(_output.ToArray());

    [LoggerMessage(9999, LogLevel.Warning, "Gone is {What} for {Days} days")]
    private static partial void LogGone(ILogger logger, string what, int days, Exception? cause);
}
