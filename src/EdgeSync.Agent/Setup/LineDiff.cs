namespace EdgeSync.Agent.Setup;

/// <summary>Shows what changes between two texts, line by line, with two lines around each change.</summary>
internal static class LineDiff
{
    private const int Around = 2;

    public static IEnumerable<string> Between(string before, string after)
    {
        var all = Compare(before.ReplaceLineEndings("\n").Split('\n'), after.ReplaceLineEndings("\n").Split('\n'));
        var lastShown = -1;
        for (var at = 0; at < all.Count; at++)
        {
            var first = Math.Max(0, at - Around);
            if (!all.Skip(first).Take(at - first + Around + 1).Any(line => line[0] != ' '))
            {
                continue;
            }

            if (at != lastShown + 1)
            {
                yield return "  …";
            }

            lastShown = at;
            yield return all[at].TrimEnd();
        }
    }

    private static List<string> Compare(string[] before, string[] after)
    {
        // Longest common subsequence: the files have some dozen lines.
        var common = new int[before.Length + 1, after.Length + 1];
        for (var i = before.Length - 1; i >= 0; i--)
        {
            for (var j = after.Length - 1; j >= 0; j--)
            {
                common[i, j] = before[i] == after[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
            }
        }

        var lines = new List<string>();
        for (int i = 0, j = 0; i < before.Length || j < after.Length;)
        {
            if (i < before.Length && j < after.Length && before[i] == after[j])
            {
                lines.Add("  " + before[i++]);
                j++;
            }
            else if (i < before.Length && (j == after.Length || common[i + 1, j] >= common[i, j + 1]))
            {
                lines.Add("- " + before[i++]);
            }
            else
            {
                lines.Add("+ " + after[j++]);
            }
        }

        return lines;
    }
}
