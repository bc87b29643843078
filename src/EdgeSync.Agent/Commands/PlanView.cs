using EdgeSync.Agent.Output;
using EdgeSync.Contracts.Plans;
using Spectre.Console;

namespace EdgeSync.Agent.Commands;

/// <summary>Prints a plan or a diff for people: one line for each object, and below it one for each field.</summary>
internal sealed class PlanView(IAnsiConsole console, bool isDiff, bool all)
{
    private const int MostFields = 40;

    /// <summary><paramref name="all"/>: also name what stays, and show all fields and values in full.</summary>
    public static void Write(PlanDocument document, bool all, IAnsiConsole console)
    {
        var view = new PlanView(console, document.Schema == PlanDocument.DiffSchema, all);
        foreach (var channel in document.Channels)
        {
            view.WriteChannel(channel);
        }
    }

    private void WriteChannel(ChannelPlan channel)
    {
        if (channel.Failure is { } failure)
        {
            console.WriteMarkupLine($"Channel [bold]{channel.Channel}[/]: [red]{failure.Reason}[/]: {PlanText.Sentence(failure.Message)}");
            WriteHint(failure.Hint, "  ");
            return;
        }

        WriteHeading(channel);
        foreach (var item in channel.Objects.Where(item => all || item.Action != PlanAction.Unchanged || item.Conflicts is not null))
        {
            WriteObject(item);
        }

        foreach (var snapshot in channel.Snapshots ?? [])
        {
            WriteSnapshot(snapshot);
        }

        foreach (var hook in channel.Hooks ?? [])
        {
            WriteHook(hook);
        }

        foreach (var objection in channel.Objections)
        {
            console.WriteMarkupLine($"  [red]refused[/]: {PlanText.Sentence(objection.Message)} ({objection.Reason})");
        }

        foreach (var hint in channel.Objections.Select(objection => objection.Hint).Distinct())
        {
            WriteHint(hint, "    ");
        }

        console.WriteMarkupLine($"{(isDiff ? SumOfDiff(channel.Counts) : SumOfPlan(channel.Counts))}");
    }

    private void WriteHeading(ChannelPlan channel)
    {
        var bundle = channel.Bundle!;
        var runs = isDiff || channel.Running is not { } running ? "" : $"; {running.Name} {running.Version} (release {running.Number}) runs now";
        console.WriteMarkupLine($"Channel [bold]{channel.Channel}[/]: {PlanText.Sentence($"{bundle.Name} {bundle.Version}, {bundle.Source}")}{runs}");
        if (bundle.Distrust is { } distrust)
        {
            console.WriteMarkupLine($"  [red]NOT TRUSTED[/] by this site's policy, {distrust.Reason}: {PlanText.Sentence(distrust.Message)}");
        }

        foreach (var note in channel.Notes)
        {
            console.WriteMarkupLine($"  note: {PlanText.Sentence(note)}");
        }
    }

    private void WriteObject(PlannedObject item)
    {
        var name = PlanText.Safe(item.Namespace is null ? $"{item.Kind} {item.Name}" : $"{item.Kind} {item.Namespace}/{item.Name}");
        var why = item.Message is { } message ? PlanText.Sentence(Without(message, name), all) : null;
        var more = why is null ? "" : $": {why}";
        switch (item.Action)
        {
            case PlanAction.Created:
                console.WriteMarkupLine($"  [green]+ {name}[/]{(why is null ? "" : $" ({why})")}");
                break;
            case PlanAction.Configured:
                console.WriteMarkupLine($"  [yellow]~ {name}[/]{(why is null ? "" : $" ({why})")}");
                break;
            case PlanAction.Recreated:
                console.WriteMarkupLine($"  [red]-/+ {name}[/] is deleted and created again{more}");
                break;
            case PlanAction.Deleted:
                console.WriteMarkupLine($"  [red]- {name}[/]{(why is null ? "" : $" ({why})")}");
                break;
            case PlanAction.Failed:
                console.WriteMarkupLine($"  [red]! {name}[/]{more} ({item.Reason ?? ""})");
                WriteHint(item.Hint, "      ");
                break;
            case PlanAction.Missing:
                console.WriteMarkupLine($"  [red]- {name}[/] is missing");
                break;
            case PlanAction.Drifted:
                console.WriteMarkupLine($"  [yellow]~ {name}[/]{more}");
                break;
            case PlanAction.LeftOver:
                console.WriteMarkupLine($"  [green]+ {name}[/] is left over: the bundle does not have it");
                break;
            default:
                console.WriteMarkupLine($"  = {name}{more}");
                break;
        }

        WriteFields(item.Fields ?? []);
        foreach (var conflict in item.Conflicts ?? [])
        {
            var by = $"{PlanText.Sentence(conflict.Owner.Manager)}{(conflict.Owner.At is { } at ? $", {at:u}" : "")}";
            console.WriteMarkupLine($"      ! {PlanText.Safe(conflict.Field)}: {What(conflict.Action)}   ({by})");
        }
    }

    private static string What(ConflictAction action) => action switch
    {
        ConflictAction.Taken => "is taken over from another manager",
        ConflictAction.Left => "stays with another manager",
        _ => "is owned by another manager",
    };

    private void WriteHook(HookRun hook)
    {
        var name = PlanText.Safe($"{hook.Hook} hook Job {hook.Namespace}/{hook.Name}");
        var why = hook.Message is { } message ? $" ({message})" : "";
        console.WriteMarkupLine($"  {(hook.Runs ? ">" : "=")} {name} {(hook.Runs ? "runs" : "does not run")}{why}");
    }

    private void WriteSnapshot(PlannedSnapshot snapshot)
    {
        var name = PlanText.Safe($"snapshot of PersistentVolumeClaim {snapshot.Namespace}/{snapshot.Claim}");
        var what = snapshot.Made ? snapshot.Restored ? "is made before, and restored by a rollback" : "is made before"
            : snapshot.Waits ? "cannot be made, and the release waits" : "is not made";
        var why = snapshot.Message is { } message ? $": {PlanText.Sentence(message)}" : "";
        console.WriteMarkupLine($"  {(snapshot.Made ? ">" : snapshot.Waits ? "!" : "=")} {name} {what}{why}");
    }

    private void WriteFields(IReadOnlyList<FieldDifference> fields)
    {
        foreach (var field in all ? fields : fields.Take(MostFields))
        {
            var by = field.ChangedBy is { } writer ? $"   ({PlanText.Sentence(writer.Manager)}{(writer.At is { } at ? $", {at:u}" : "")})" : "";
            console.WriteMarkupLine($"      {Sign(field)} {PlanText.Safe(field.Path)}: {(isDiff ? Drift(field) : Change(field))}{by}");
        }

        if (!all && fields.Count > MostFields)
        {
            console.WriteMarkupLine($"      … and {fields.Count - MostFields} fields more; --all shows them");
        }
    }

    private string Sign(FieldDifference field) => (field.Action, isDiff) switch
    {
        (FieldAction.Changed, _) => "~",
        (FieldAction.Added, false) or (FieldAction.Removed, true) => "+",
        _ => "-",
    };

    private string Change(FieldDifference field) => field switch
    {
        { Masked: true } => $"{field.Action.ToString().ToLowerInvariant()} (the value is not shown)",
        { Action: FieldAction.Added } => PlanText.Value(field.After, all),
        { Action: FieldAction.Removed } => PlanText.Value(field.Before, all),
        _ => $"{PlanText.Value(field.Before, all)} → {PlanText.Value(field.After, all)}",
    };

    private string Drift(FieldDifference field) => field switch
    {
        { Masked: true, Action: FieldAction.Added } => "is missing (the value is not shown)",
        { Masked: true, Action: FieldAction.Removed } => "is not in the bundle (the value is not shown)",
        { Masked: true } => "was changed (the value is not shown)",
        { Action: FieldAction.Added } => $"is missing, should be {PlanText.Value(field.After, all)}",
        { Action: FieldAction.Removed } => $"{PlanText.Value(field.Before, all)}, is not in the bundle",
        _ => $"{PlanText.Value(field.Before, all)}, should be {PlanText.Value(field.After, all)}",
    };

    private void WriteHint(string? hint, string indent)
    {
        if (hint is not null)
        {
            console.WriteMarkupLine($"{indent}hint: {PlanText.Sentence(hint)}");
        }
    }

    // The message of a failure begins with the object, which the line has already.
    private static string Without(string message, string name) => message.StartsWith(name + ": ", StringComparison.Ordinal) ? message[(name.Length + 2)..] : message;

    private static string SumOfPlan(PlanCounts counts) => counts is { Created: 0, Configured: 0, Recreated: 0, Deleted: 0, Failed: 0 }
        ? $"No changes: {counts.Unchanged} objects are as the bundle says."
        : $"Plan: {counts.Created} to create, {counts.Configured} to configure, {counts.Recreated} to recreate, {counts.Deleted} to delete, {counts.Unchanged} unchanged"
            + (counts.Failed > 0 ? $"; {counts.Failed} refused." : ".");

    private static string SumOfDiff(PlanCounts counts) => counts is { Created: 0, Configured: 0, Deleted: 0, Failed: 0 }
        ? $"No differences: {counts.Unchanged} objects are as they should be."
        : $"Differences: {counts.Created} missing, {counts.Configured} drifted, {counts.Deleted} left over; {counts.Unchanged} as they should be"
            + (counts.Failed > 0 ? $"; {counts.Failed} could not be compared." : ".");
}
