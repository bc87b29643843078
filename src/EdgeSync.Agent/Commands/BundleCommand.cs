using System.CommandLine;

namespace EdgeSync.Agent.Commands;

/// <summary><c>edgesync bundle …</c>: HQ's side of a delivery.</summary>
internal static class BundleCommand
{
    public static Command Create() => new("bundle", "Build, check, push, sign and look at bundles.")
    {
        BundleBuildCommand.Create(),
        BundleLintCommand.Create(),
        BundlePushCommand.Create(),
        BundleSignCommand.Create(),
        BundleInspectCommand.Create(),
    };
}
