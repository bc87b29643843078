using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace EdgeSync.Reconciliation.Windows;

/// <summary>Spreads what all sites would do at once: each site has its own place in a time, always the same one.</summary>
public static class SiteSplay
{
    /// <summary>This site's share of <paramref name="splay"/>: from nothing to all of it, by the names alone, in whole seconds.</summary>
    public static TimeSpan ShareOf(TimeSpan splay, string fleet, string site)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{fleet}/{site}"));
        var place = BinaryPrimitives.ReadUInt32BigEndian(hash) / (uint.MaxValue + 1.0);
        return TimeSpan.FromSeconds(Math.Floor(splay.TotalSeconds * place));
    }
}
