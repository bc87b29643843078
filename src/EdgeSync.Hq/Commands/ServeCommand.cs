using System.CommandLine;
using EdgeSync.Hq.Configuration;
using EdgeSync.Hq.Hosting;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Hq.Commands;

/// <summary><c>edgesync-hq serve</c>: runs until it is told to stop.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var command = new Command("serve", "Run HQ: hear the sites, serve pages and API.");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = HqConfiguration.Load(parsed.GetValue(CommandLine.ConfigOption), forServing: true);
            await using var app = await HqApplication.CreateAsync(options, TimeProvider.System, adjust: null, cancellationToken);
            await app.RunAsync();
            return ExitCodes.Ok;
        });
        return command;
    }
}
