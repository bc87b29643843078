using EdgeSync.Agent.Configuration;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Agent.Daemon;

/// <summary>One line an event, on standard output: for people, or JSON for a collector.</summary>
internal static class AgentLogging
{
    private const string TimeFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";

    public static void Configure(ILoggingBuilder logging, LogSection options, bool isQuiet)
    {
        logging.SetMinimumLevel(isQuiet ? LogLevel.Critical : options.Level);
        logging.AddFilter("Microsoft", LogLevel.Warning);
        if (options.Json)
        {
            logging.AddJsonConsole(console =>
            {
                console.UseUtcTimestamp = true;
                console.TimestampFormat = TimeFormat;
            });
        }
        else
        {
            logging.AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.UseUtcTimestamp = true;
                console.TimestampFormat = TimeFormat;
            });
        }
    }
}
