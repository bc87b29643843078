using System.CommandLine;

namespace EdgeSync.Agent.Commands;

/// <summary><c>edgesync hold</c>: "no changes now", said by a person or a device at the site.</summary>
internal static class HoldCommand
{
    public static Command Create() => new(
        "hold",
        "Say that nothing may be changed now. Releases are still fetched and staged; a change that has begun is brought to its end, and drift is still repaired.")
    {
        HoldSetCommand.Create(),
        HoldClearCommand.Create(),
        HoldListCommand.Create(),
    };

    public static Option<string?> Channel(string description) => new("--channel") { Description = description, HelpName = "NAME" };

    public static Option<string> By() => new("--by")
    {
        Description = "Who says it, for the acknowledgement (default: who is logged in).",
        HelpName = "NAME",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("SUDO_USER") is { Length: > 0 } user ? user : Environment.UserName,
    };
}
