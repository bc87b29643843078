using System.CommandLine;

namespace EdgeSync.Build.Verbs;

/// <summary><c>format</c>: formats the code by .editorconfig.</summary>
internal static class FormatVerb
{
    public static Command Create(BuildContext build)
    {
        var check = new Option<bool>("--check") { Description = "Change nothing; fail if something would change." };
        var command = new Command("format", "Format the code as .editorconfig says.") { check };
        command.SetAction(parsed =>
        {
            string[] arguments = parsed.GetValue(check) ? ["--verify-no-changes"] : [];
            return build.Shell.RunAsync("dotnet", ["format", build.Repository.Solution, .. arguments]);
        });
        return command;
    }
}
