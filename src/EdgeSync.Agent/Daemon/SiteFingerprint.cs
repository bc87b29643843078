using System.Text;
using EdgeSync.Primitives;

namespace EdgeSync.Agent.Daemon;

/// <summary>One hash over all channels of a site. Two sites have the same hash exactly when every channel is in the same state on both.</summary>
internal static class SiteFingerprint
{
    public static Digest? Of(IEnumerable<(string Channel, Digest? Fingerprint)> channels)
    {
        var known = channels.Where(c => c.Fingerprint is not null).OrderBy(c => c.Channel, StringComparer.Ordinal).ToList();
        return known.Count == 0
            ? null
            : Digest.Of(Encoding.UTF8.GetBytes(string.Join('\n', known.Select(c => $"{c.Channel} {c.Fingerprint}"))));
    }
}
