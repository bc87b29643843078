using System.Globalization;

namespace EdgeSync.Agent.Daemon;

/// <summary>The part of the program's own file that is mapped into memory.</summary>
internal static class ProgramPages
{
    /// <summary>
    /// The read-only mappings without a changed page, from the lines of <c>/proc/PID/smaps</c>. The kernel can read only those from the file again; relocated
    /// data is read-only too, and would be lost.
    /// </summary>
    public static IEnumerable<(nint Start, nint End)> FindUnchanged(IEnumerable<string> smaps, string program)
    {
        (nint Start, nint End)? candidate = null;
        foreach (var line in smaps)
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words is [_, ['r', '-', _, 'p'], _, _, _, ..])
            {
                candidate = line.EndsWith($" {program}", StringComparison.Ordinal) ? ReadRange(words[0]) : null;
            }
            else if (words is ["Anonymous:", "0", "kB"] && candidate is { } unchanged)
            {
                yield return unchanged;
            }
            else if (words is [_, [_, _, _, _], _, _, _, ..] or ["Anonymous:", ..])
            {
                candidate = null;
            }
        }
    }

    private static (nint Start, nint End)? ReadRange(string range) =>
        range.Split('-') is [var from, var to]
        && nint.TryParse(from, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var start)
        && nint.TryParse(to, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var end)
        && start < end
            ? (start, end)
            : null;
}
