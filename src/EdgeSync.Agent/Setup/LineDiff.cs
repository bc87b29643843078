using DiffPlex.DiffBuilder;
using DiffPlex.DiffBuilder.Model;

namespace EdgeSync.Agent.Setup;

/// <summary>Shows what changes between two texts, with two lines around each change.</summary>
internal static class LineDiff
{
    private const int Context = 2;

    public static IEnumerable<string> Between(string before, string after)
    {
        var lines = InlineDiffBuilder.Diff(before.ReplaceLineEndings("\n"), after.ReplaceLineEndings("\n"), ignoreWhiteSpace: false).Lines;
        var lastShown = -1;
        for (var at = 0; at < lines.Count; at++)
        {
            if (lines.Skip(at - Context).Take(Context + 1 + Math.Min(at, Context)).All(line => line.Type == ChangeType.Unchanged))
            {
                continue;
            }

            if (at != lastShown + 1)
            {
                yield return "  …";
            }

            lastShown = at;
            var sign = lines[at].Type switch { ChangeType.Inserted => '+', ChangeType.Deleted => '-', _ => ' ' };
            yield return $"{sign} {lines[at].Text}".TrimEnd();
        }
    }
}
