using System.CommandLine;
using EdgeSync.Build.Publishing;

namespace EdgeSync.Build.Verbs;

/// <summary><c>publish</c>: compiles the NativeAOT binary.</summary>
internal static class PublishVerb
{
    public static Command Create(BuildContext build)
    {
        var runtime = new Option<string>("--runtime", "-r")
        {
            Description = "The processor that the binary is for.",
            DefaultValueFactory = _ => Publisher.LocalRuntime,
        };
        runtime.AcceptOnlyFromAmong(Publisher.LocalRuntime, Publisher.ArmRuntime);
        var command = new Command(
            "publish", "Publish the NativeAOT binary, as 'dotnet publish src/EdgeSync.Agent -r RUNTIME' does. Warnings of this code about trimming or AOT are errors.") { runtime };
        command.SetAction(async parsed =>
        {
            await build.Publisher.PublishAsync(parsed.GetValue(runtime)!);
            return 0;
        });
        return command;
    }
}
