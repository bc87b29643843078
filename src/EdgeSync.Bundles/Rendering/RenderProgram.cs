using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using EdgeSync.Bundles.Archives;
using EdgeSync.Primitives.Storage;
using EdgeSync.Primitives.Text;

namespace EdgeSync.Bundles.Rendering;

/// <summary>
/// Runs a program that prints manifests: without a shell, in the bundle's folder, with the environment of this process, and for a limited time. It is ended with
/// its children when it takes too long or prints too much.
/// </summary>
internal static class RenderProgram
{
    private const int MaxOutput = ArchiveLimits.MaxFileSize;
    private const int MaxErrors = 16 * 1024;
    private const int MaxWords = 600;

    /// <summary>The path of a program, or null when it is not installed.</summary>
    public static string? Find(string program, RenderOptions options) => ProgramFile.Find(program, options.ProgramFolders);

    /// <summary>What the program printed, or what went wrong in words that follow its name.</summary>
    public static async Task<(byte[] Output, string? Problem)> RunAsync(
        string path, IReadOnlyList<string> arguments, string folder, RenderOptions options, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(options.TimeLimit, options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await RunAsync(path, arguments, folder, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return ([], $"did not end within {options.TimeLimit.TotalSeconds:0} s and was ended");
        }
        catch (Exception failure) when (failure is IOException or Win32Exception)
        {
            return ([], $"cannot be run; check that '{path}' is a program for this machine");
        }
    }

    private static async Task<(byte[] Output, string? Problem)> RunAsync(
        string path, IReadOnlyList<string> arguments, string folder, CancellationToken cancellationToken)
    {
        using var process = Process.Start(new ProcessStartInfo(path, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        }) ?? throw new IOException();
        try
        {
            process.StandardInput.Close();

            // Both at once: a program that fills one pipe while the other is read would wait for ever.
            var errors = ReadErrorsAsync(process.StandardError.BaseStream, cancellationToken);
            if (await ReadOutputAsync(process.StandardOutput.BaseStream, cancellationToken) is not { } output)
            {
                return ([], $"printed more than {MaxOutput / 1024 / 1024} MiB and was ended; a file of a bundle cannot be larger");
            }

            var words = await errors;
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode == 0 ? (output, null) : ([], $"failed with exit code {process.ExitCode}{(words.Length > 0 ? $": {words}" : " and said nothing")}");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private static async Task<byte[]?> ReadOutputAsync(Stream output, CancellationToken cancellationToken)
    {
        using var kept = new MemoryStream();
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await output.ReadAsync(buffer, cancellationToken)) > 0)
        {
            kept.Write(buffer, 0, read);
            if (kept.Length > MaxOutput)
            {
                return null;
            }
        }

        return kept.ToArray();
    }

    // Only the beginning is kept; the rest is read so that the program can end.
    private static async Task<string> ReadErrorsAsync(Stream errors, CancellationToken cancellationToken)
    {
        try
        {
            var buffer = new byte[MaxErrors];
            var length = await errors.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
            await errors.CopyToAsync(Stream.Null, cancellationToken);
            return Clean(Encoding.UTF8.GetString(buffer, 0, length));
        }
        catch (Exception failure) when (failure is OperationCanceledException or IOException or ObjectDisposedException)
        {
            return ""; // the program was ended, and the caller says why
        }
    }

    /// <summary>One line without terminal escapes and control characters, and not longer than a message may be.</summary>
    internal static string Clean(string text)
    {
        var plain = OneLine.Of(text);
        return plain.Length > MaxWords ? plain[..MaxWords] + "…" : plain;
    }
}
