using EdgeSync.Agent.Output;
using EdgeSync.Contracts.Checks;
using Spectre.Console;

namespace EdgeSync.Agent.Commands;

/// <summary>Prints the results of checks for people: one line a check, and below it what to do where it did not pass.</summary>
internal sealed class ChecksView(IAnsiConsole console) : IProgress<CheckResult>
{
    private const int NameWidth = 16;

    public void Report(CheckResult value)
    {
        var name = value.Check.PadRight(NameWidth);
        switch (value.Outcome)
        {
            case CheckOutcome.Passed:
                console.WriteMarkupLine($"[green]passed[/]  {name} {value.Found}");
                return;
            case CheckOutcome.Warned:
                console.WriteMarkupLine($"[yellow]WARNED[/]  {name} {value.Found}");
                break;
            default:
                console.WriteMarkupLine($"[red]FAILED[/]  {name} {value.Found}");
                break;
        }

        console.WriteMarkupLine($"        [grey]why: {value.Why}[/]");
        if (value.Do is { } what)
        {
            console.WriteMarkupLine($"        do:  {what}");
        }

        foreach (var line in value.Details ?? [])
        {
            console.WriteMarkupLine($"        [grey]| {line}[/]");
        }
    }
}
