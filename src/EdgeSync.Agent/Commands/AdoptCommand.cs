using System.CommandLine;
using System.Globalization;
using EdgeSync.Agent.Planning;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Agent.Commands;

/// <summary><c>edgesync adopt [BUNDLE|REFERENCE]</c>: takes over objects that kubectl, Helm, Flux or Argo CD has applied.</summary>
internal static class AdoptCommand
{
    private const int NamedFields = 5;

    public static Command Create()
    {
        var bundle = new Argument<string?>("bundle")
        {
            Description = "The bundle whose objects are adopted: a folder, an image layout, or a reference (default: the newest release that the site knows).",
            HelpName = "BUNDLE|REFERENCE",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var channel = new Option<string?>("--channel") { Description = "This channel only (default: every channel of the site).", HelpName = "NAME" };
        var from = new Option<string[]>("--from")
        {
            Description = "Adopt from this field manager; may be given several times (default: kubectl, Helm, Flux, Argo CD, Fleet and kapp).",
            HelpName = "MANAGER",
            DefaultValueFactory = _ => [],
        };
        var yes = new Option<bool>("--yes") { Description = "Adopt. Without it, nothing is changed." };
        var config = ConfigurationOption.Create();
        var command = new Command(
            "adopt",
            "Show which objects of a bundle other tools have applied, and take them over with --yes: their fields become EdgeSync's, so that the next apply takes out what the bundle does "
            + "not state. Exit codes: 0 nothing to adopt, or done; 2 something to adopt; 75 an object could not be adopted.")
        {
            bundle, channel, from, yes, config,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var isDryRun = !parsed.GetValue(yes);
            var adopted = await new SiteAdoption(ConfigurationOption.Load(parsed, config), TimeProvider.System).RunAsync(
                parsed.GetValue(bundle), parsed.GetValue(channel), parsed.GetValue(from)!, isDryRun, cancellationToken);
            foreach (var line in adopted.SelectMany(item => Describe(item, isDryRun)))
            {
                Console.WriteLine(line);
            }

            var failed = adopted.Count(item => item.Failure is not null);
            Console.WriteLine(Summarize(adopted.Count - failed, failed, isDryRun));
            return failed > 0 ? ExitCodes.Waiting : isDryRun && adopted.Count > 0 ? ExitCodes.Changes : ExitCodes.Ok;
        });
        return command;
    }

    private static IEnumerable<string> Describe(AdoptedObject item, bool isDryRun)
    {
        if (item.Failure is { } failure)
        {
            yield return $"{item.Id}: not adopted: {failure.Message}{(failure.Hint is { } hint ? $" {hint}" : "")}";
            yield break;
        }

        yield return $"{item.Id}: {(isDryRun ? "would be adopted" : "adopted")} from {string.Join(", ", item.Managers)}";
        if (item.Surplus.Count > 0)
        {
            var more = item.Surplus.Count > NamedFields ? string.Create(CultureInfo.InvariantCulture, $", and {item.Surplus.Count - NamedFields} more") : "";
            yield return $"    not in the bundle, so the next apply takes out: {string.Join(", ", item.Surplus.Take(NamedFields))}{more}";
        }

        if (item.Notice is { } notice)
        {
            yield return $"    notice: {notice}";
        }
    }

    private static string Summarize(int count, int failed, bool isDryRun)
    {
        var objects = string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? "object" : "objects")}");
        var done = count == 0 ? "nothing to adopt" : isDryRun ? $"{objects} to adopt; run it again with --yes" : $"adopted {objects}; the next pass of the agent ('edgesync sync') applies the bundle to them";
        return failed == 0 ? done : string.Create(CultureInfo.InvariantCulture, $"{done}; {failed} could not be adopted");
    }
}
