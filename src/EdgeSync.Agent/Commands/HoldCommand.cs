using System.CommandLine;

namespace EdgeSync.Agent.Commands;

/// <summary><c>edgesync hold</c>: a person or a device at the site says "no changes now".</summary>
internal static class HoldCommand
{
    public static Command Create() => new(
        "hold",
        "Keep changes away from this site. Releases are still fetched and staged; a change that has begun is finished, and drift is still repaired.")
    {
        HoldSetCommand.Create(),
        HoldClearCommand.Create(),
        HoldListCommand.Create(),
    };

    public static Option<string?> Channel(string description) => new("--channel") { Description = description, HelpName = "NAME" };

    public static Option<string> By() => new("--by")
    {
        Description = "Your name, for the acknowledgement (default: the user who is logged in).",
        HelpName = "NAME",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("SUDO_USER") is { Length: > 0 } user ? user : Environment.UserName,
    };
}
