using System.CommandLine;

namespace EdgeSync.Agent.Commands;

/// <summary>The option <c>--output</c> of verbs that print for people or for scripts.</summary>
internal static class OutputOption
{
    public static Option<OutputFormat> Create() => new("--output", "-o")
    {
        Description = "The format: 'table' for people, 'json' for scripts.",
        HelpName = "table|json",
        DefaultValueFactory = _ => OutputFormat.Table,
    };
}
