using System.CommandLine;
using System.Text;
using EdgeSync.Agent.Daemon;
using EdgeSync.Agent.Failures;
using EdgeSync.Agent.Page.Access;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Agent.Commands;

/// <summary><c>edgesync page</c>: sets up the technician's page.</summary>
internal static class PageCommand
{
    public static Command Create() => new("page", "Set up the technician's page of this site (docs/page.md).") { CreatePin() };

    private static Command CreatePin()
    {
        var config = ConfigurationOption.Create();
        var command = new Command(
            "pin",
            "Set the PIN of the technician's page: asked for on a terminal, else the first line of standard input. Only its hash is stored, in the state directory. It counts at once; open pages ask for it again.")
        {
            config,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var configuration = ConfigurationOption.Load(parsed, config, checkFiles: false);
            var chosen = Console.IsInputRedirected ? (await Console.In.ReadLineAsync(cancellationToken) ?? "").Trim() : Ask();
            if (PagePin.FindProblem(chosen) is { } problem)
            {
                throw new AgentException("PinInvalid", problem) { ExitCode = ExitCodes.Usage };
            }

            var pin = new PagePin(configuration.StateDirectory);
            AgentDirectories.Create(configuration);
            await pin.WriteAsync(chosen, cancellationToken);
            Console.WriteLine($"{pin.Path}  the hash of the PIN; delete the file to have none");
            if (configuration.Page is null)
            {
                Console.Error.WriteLine("The page is off: 'page: {}' in edgesync.yaml turns it on, for this machine alone.");
            }

            return ExitCodes.Ok;
        });
        return command;
    }

    private static string Ask()
    {
        var chosen = ReadHidden("PIN: ");
        return chosen == ReadHidden("The same again: ")
            ? chosen
            : throw new AgentException("PinInvalid", "the two PINs are not the same; nothing was changed") { ExitCode = ExitCodes.Usage };
    }

    private static string ReadHidden(string question)
    {
        Console.Error.Write(question);
        var text = new StringBuilder();
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
        {
            if (key.Key == ConsoleKey.Backspace)
            {
                text.Length = Math.Max(0, text.Length - 1);
            }
            else if (key.KeyChar != '\0')
            {
                text.Append(key.KeyChar);
            }
        }

        Console.Error.WriteLine();
        return text.ToString();
    }
}
