using System.CommandLine;
using System.Reflection;
using System.Runtime.InteropServices;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Agent.Commands;

/// <summary><c>edgesync version</c>: what this binary is.</summary>
internal static class VersionCommand
{
    /// <summary>The agent's version, as status and acknowledgements say it.</summary>
    public static string Current { get; } =
        typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    public static Command Create()
    {
        var command = new Command("version", "Print the version, the framework and the platform.");
        command.SetAction(_ =>
        {
            Console.WriteLine($"edgesync {Current} ({RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier})");
            return ExitCodes.Ok;
        });
        return command;
    }
}
