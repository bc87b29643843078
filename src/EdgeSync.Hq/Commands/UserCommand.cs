using System.CommandLine;
using EdgeSync.Hq.Authentication;
using EdgeSync.Hq.Configuration;
using EdgeSync.Hq.Storage;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Storage;

namespace EdgeSync.Hq.Commands;

/// <summary><c>edgesync-hq user</c>: manages users, also while HQ runs.</summary>
internal static class UserCommand
{
    public static Command Create() => new("user", "Manage the users who may log in.") { CreateAdd(), CreateSetPassword() };

    private static Command CreateAdd()
    {
        var name = new Argument<string>("name");
        var role = new Option<Role>("--role") { Description = "viewer or operator. Default: viewer.", DefaultValueFactory = _ => Role.Viewer };
        var file = PasswordFileOption();
        var command = new Command("add", "Add a user. The password comes from a file or from standard input.") { name, role, file };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var password = await ReadPasswordAsync(parsed.GetValue(file), cancellationToken);
            OpenUsers(parsed).Add(parsed.GetRequiredValue(name), password, parsed.GetValue(role), "command line");
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command CreateSetPassword()
    {
        var name = new Argument<string>("name");
        var file = PasswordFileOption();
        var command = new Command("set-password", "Set the password of a user and end all sessions of the user.") { name, file };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var password = await ReadPasswordAsync(parsed.GetValue(file), cancellationToken);
            if (!OpenUsers(parsed).SetPassword(parsed.GetRequiredValue(name), password))
            {
                throw new HqException(HqReasons.NameInvalid, $"there is no user '{parsed.GetRequiredValue(name)}'");
            }

            return ExitCodes.Ok;
        });
        return command;
    }

    private static Option<string?> PasswordFileOption() => new("--password-file") { Description = "The file whose first line is the password. Default: standard input." };

    private static UserStore OpenUsers(ParseResult parsed) =>
        new(HqDatabase.Open(HqConfiguration.Load(parsed.GetValue(CommandLine.ConfigOption), forServing: false)), TimeProvider.System);

    private static async Task<string> ReadPasswordAsync(string? path, CancellationToken cancellationToken)
    {
        if (path is null && !Console.IsInputRedirected)
        {
            await Console.Error.WriteAsync("Password: ");
        }

        if (path is not null && FileFaults.FindUnreadable(path) is { } why)
        {
            throw new StorageException("FileUnreadable", $"cannot read '{path}': {why}") { Subject = path, ExitCode = ExitCodes.BadInput };
        }

        using var reader = path is null ? new StreamReader(Console.OpenStandardInput()) : new StreamReader(path);
        return (await reader.ReadLineAsync(cancellationToken))?.Trim() ?? "";
    }
}
