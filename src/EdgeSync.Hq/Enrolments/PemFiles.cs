using System.Text;
using EdgeSync.Primitives.Storage;

namespace EdgeSync.Hq.Enrolments;

/// <summary>Writes PEM files that end with one line break.</summary>
internal static class PemFiles
{
    public static Task WriteAsync(string path, string pem, UnixFileMode mode, CancellationToken cancellationToken) =>
        DurableFile.WriteAsync(path, Encoding.ASCII.GetBytes(pem.TrimEnd() + "\n"), mode, cancellationToken);
}
