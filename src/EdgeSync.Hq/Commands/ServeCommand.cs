using System.CommandLine;
using EdgeSync.Hq.Configuration;
using EdgeSync.Hq.Hosting;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Hq.Commands;

/// <summary><c>edgesync-hq serve</c>: runs HQ until the process is stopped.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var command = new Command("serve", "Run HQ: receive messages from the sites, and serve the pages and the API.");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var configuration = HqConfiguration.Open(parsed.GetValue(CommandLine.ConfigOption));
            await using var app = await HqApplication.CreateAsync(configuration, TimeProvider.System, adjust: null, cancellationToken);
            await app.RunAsync();
            return ExitCodes.Ok;
        });
        return command;
    }
}
