using System.CommandLine;
using EdgeSync.Hq.Authentication;
using EdgeSync.Hq.Configuration;
using EdgeSync.Hq.Enrolments;
using EdgeSync.Hq.Fleets;
using EdgeSync.Hq.Storage;
using EdgeSync.Primitives.Failures;
using EdgeSync.Sqlite;

namespace EdgeSync.Hq.Commands;

/// <summary><c>edgesync-hq token</c>: creates tokens, also while HQ runs. Prints nothing but the token to standard output.</summary>
internal static class TokenCommand
{
    private const string By = "command line";

    public static Command Create() => new("token", "Create tokens for sites that enrol and for programs.") { CreateEnrol(), CreateOperator() };

    private static Command CreateEnrol()
    {
        var fleet = new Option<string>("--fleet") { Description = "The fleet.", Required = true };
        var site = new Option<string>("--site") { Description = "The site.", Required = true };
        var hours = new Option<int>("--hours") { Description = "How many hours it is valid. Default: 24.", DefaultValueFactory = _ => 24 };
        var command = new Command("enrol", "Create a one-time token with which a site enrols.") { fleet, site, hours };
        command.SetAction(parsed =>
        {
            var tokens = new EnrolmentTokenStore(Open(parsed), TimeProvider.System);
            var key = new SiteKey(parsed.GetRequiredValue(fleet), parsed.GetRequiredValue(site));
            Console.WriteLine(tokens.Create(key, TimeSpan.FromHours(parsed.GetValue(hours)), By).Secret.Text);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command CreateOperator()
    {
        var name = new Argument<string>("name") { Description = "What the token is for." };
        var role = new Option<Role>("--role") { Description = "viewer or operator. Default: viewer.", DefaultValueFactory = _ => Role.Viewer };
        var days = new Option<int>("--days") { Description = "How many days it is valid. Default: 30.", DefaultValueFactory = _ => 30 };
        var command = new Command("api", "Create a token with which a program uses the API.") { name, role, days };
        command.SetAction(parsed =>
        {
            var tokens = new OperatorTokenStore(Open(parsed), TimeProvider.System);
            Console.WriteLine(tokens.Create(parsed.GetRequiredValue(name), parsed.GetValue(role), TimeSpan.FromDays(parsed.GetValue(days)), By).Text);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static SqliteDatabase Open(ParseResult parsed) =>
        HqDatabase.Open(HqConfiguration.Load(parsed.GetValue(CommandLine.ConfigOption), forServing: false));
}
