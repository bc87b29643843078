using System.Text;
using EdgeSync.Primitives.Storage;

namespace EdgeSync.Hq.Enrolments;

/// <summary>PEM text on disk, one line end at its end.</summary>
internal static class PemFiles
{
    public static Task WriteAsync(string path, string pem, UnixFileMode mode, CancellationToken cancellationToken) =>
        DurableFile.WriteAsync(path, Encoding.ASCII.GetBytes(pem.TrimEnd() + "\n"), mode, cancellationToken);
}
