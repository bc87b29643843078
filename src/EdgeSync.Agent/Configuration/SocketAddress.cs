using System.Text;

namespace EdgeSync.Agent.Configuration;

/// <summary>The kernel's limit for the path of a Unix socket.</summary>
internal static class SocketAddress
{
    /// <summary>sun_path has 108 bytes, one of them for the end (unix(7)).</summary>
    public const int MaxLength = 107;

    public static bool Fits(string path) => Encoding.UTF8.GetByteCount(path) <= MaxLength;
}
