using System.CommandLine;

namespace EdgeSync.Build.Verbs;

/// <summary><c>publish</c>: the NativeAOT binary.</summary>
internal static class PublishVerb
{
    public static Command Create(BuildContext build)
    {
        var command = new Command("publish", "Publish the NativeAOT binary, as 'dotnet publish src/EdgeSync.Agent -r linux-x64' does. Warnings of this code about trimming or AOT are errors.");
        command.SetAction(async _ =>
        {
            await build.PublishAsync();
            return 0;
        });
        return command;
    }
}
