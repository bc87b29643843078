using System.Globalization;

namespace EdgeSync.Build.Publishing;

/// <summary>
/// How large the agent's binary may be. Sites fetch it over bad links and small machines map it into memory, and it grows unnoticed: one
/// innocent call can add a megabyte (docs/decisions/0014).
/// </summary>
internal static class SizeBudget
{
    /// <summary>The budget that the product promises.</summary>
    public const long Bytes = 40_000_000;

    /// <summary>The size as text; throws a <see cref="BuildException"/> if it is above the budget.</summary>
    public static string Check(long size)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{size / 1e6:0.00} MB of {Bytes / 1e6:0.00} MB allowed");
        return size <= Bytes
            ? text
            : throw new BuildException(
                $"The binary is larger than its budget: {text}. Find what was added (publish with -p:IlcGenerateMstatFile=true, and compare with the "
                + "last commit), or raise SizeBudget.Bytes with a reason in the commit.");
    }
}
