using EdgeSync.Agent.Output;
using EdgeSync.Agent.Trust;
using EdgeSync.Contracts.Trust;
using EdgeSync.Primitives;
using EdgeSync.Signing.Policies;
using EdgeSync.Signing.Roots;

namespace EdgeSync.Agent.Commands;

/// <summary>Prints trust for people.</summary>
internal static class TrustPrint
{
    public static void Write(TrustFileContent content)
    {
        if (content.Root is { } root)
        {
            Write(root);
        }
        else
        {
            Write(content.List!);
        }
    }

    public static void Write(TrustRoot root)
    {
        Console.WriteLine($"root       {root.Version} of fleet '{root.Record.Fleet}', until {root.Record.ExpiresAt.UtcDateTime:u}");
        Write("root keys", root.Roots);
        Write("releases", root.Releases);
        Write("bundles", root.Bundles);
        if (root.Record.Policy is { } policy)
        {
            Console.WriteLine($"policy     {policy.Digest}, in place of releases and bundles");
            Write(RootPolicy.TryRead(policy.Text, out _) is { } rules ? UrgentRuleView.Of(rules) : []);
        }

        foreach (var key in root.RevokedKeys)
        {
            Console.WriteLine($"revoked    key {key}");
        }
    }

    public static void Write(RevocationRecord list)
    {
        Console.WriteLine($"revoked by list {list.Number} of fleet '{list.Fleet}', for root {list.RootVersion}{(list.Note is { } note ? $": {note}" : "")}");
        WriteRevoked(list.Keys, list.Bundles);
    }

    public static void Write(TrustView view)
    {
        Console.WriteLine($"This site of fleet '{view.Fleet}' uses trust root {view.Version} (installed with {view.Pinned}), until {view.ExpiresAt.UtcDateTime:u}");
        Console.WriteLine($"payload    {view.Payload}");
        Write("root keys", view.Roots);
        Write("releases", view.Releases);
        Write("bundles", view.Bundles);
        if (view.Policy is { } policy)
        {
            Console.WriteLine($"policy     {policy}, in place of releases and bundles");
            Write(view.Urgent ?? []);
        }

        if (view.Revocations is { } number)
        {
            Console.WriteLine($"revoked by list {number}{(view.Note is { } note ? $": {note}" : "")}");
        }

        WriteRevoked(view.RevokedKeys, view.RevokedBundles);
        if (view.Reason is not null)
        {
            Console.WriteLine($"{view.Reason}: {ConsoleOutput.Clean(view.Message!)}");
            Console.WriteLine($"  hint: {ConsoleOutput.Clean(view.Hint!)}");
        }
    }

    public static void Write(TrustAnswer answer)
    {
        foreach (var outcome in answer.Outcomes)
        {
            Console.WriteLine(outcome.Result switch
            {
                TrustResult.Taken => $"taken:   {outcome.What}",
                TrustResult.Known => $"known:   {outcome.What}",
                _ => $"refused: {outcome.What} ({outcome.Reason}): {ConsoleOutput.Clean(outcome.Message!)}",
            });
            if (outcome.Hint is { } hint)
            {
                Console.WriteLine($"  hint:  {ConsoleOutput.Clean(hint)}");
            }
        }

        Write(answer.Trust);
    }

    private static void Write(IReadOnlyList<UrgentRuleView> urgent)
    {
        foreach (var rule in urgent)
        {
            Console.WriteLine($"urgent     {rule.Threshold} of {ConsoleOutput.Clean(string.Join(", ", rule.Authorities))} may say that a release is urgent (rule '{ConsoleOutput.Clean(rule.Rule)}')");
        }
    }

    private static void WriteRevoked(IReadOnlyList<Digest> keys, IReadOnlyList<Digest> bundles)
    {
        foreach (var key in keys)
        {
            Console.WriteLine($"revoked    key {key}");
        }

        foreach (var bundle in bundles)
        {
            Console.WriteLine($"revoked    bundle {bundle}");
        }
    }

    private static void Write(string role, KeyRing ring)
    {
        Console.WriteLine($"{role,-10} {ring.Threshold} of {ring.Keys.Count} must sign");
        foreach (var key in ring.Keys)
        {
            Console.WriteLine($"           {key.Id}  {ConsoleOutput.Clean(key.Name)}");
        }
    }

    private static void Write(string role, TrustRoleView view)
    {
        var left = view.Keys.Count(key => !key.Revoked);
        var tooFew = left < view.Threshold ? $", and only {left} are left: make the next root at once" : "";
        Console.WriteLine($"{role,-10} {view.Threshold} of {view.Keys.Count} must sign{tooFew}");
        foreach (var key in view.Keys)
        {
            Console.WriteLine($"           {key.Id}  {ConsoleOutput.Clean(key.Name)}{(key.Revoked ? "  REVOKED" : "")}");
        }
    }
}
