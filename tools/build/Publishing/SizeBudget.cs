using System.Globalization;

namespace EdgeSync.Build.Publishing;

/// <summary>
/// How large the agent's binary may be. It is fetched over bad links and mapped into the memory of small machines, and it grows unseen: one
/// innocent call can bring a megabyte (docs/decisions/0014).
/// </summary>
internal static class SizeBudget
{
    /// <summary>The budget that the product promises.</summary>
    public const long Bytes = 40_000_000;

    /// <summary>The size in words; raises a <see cref="BuildException"/> where it is above the budget.</summary>
    public static string Check(long size)
    {
        var words = string.Create(CultureInfo.InvariantCulture, $"{size / 1e6:0.00} MB of {Bytes / 1e6:0.00} MB allowed");
        return size <= Bytes
            ? words
            : throw new BuildException(
                $"The binary has outgrown its budget: {words}. Find what came in (publish with -p:IlcGenerateMstatFile=true, and compare with the "
                + "last commit), or raise SizeBudget.Bytes with a reason in the commit.");
    }
}
