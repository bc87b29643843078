using System.Globalization;

namespace EdgeSync.Contracts.Releases;

/// <summary>How people read which release it is.</summary>
public static class ReleaseNumber
{
    /// <summary><c>42</c>, or <c>42 of epoch 1</c>; the first epoch is not written.</summary>
    public static string Describe(long sequence, int epoch) => epoch == 0
        ? sequence.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{sequence} of epoch {epoch}");
}
