using System.Diagnostics;
using System.Text;
using EdgeSync.Primitives.Storage;

namespace EdgeSync.Agent.Support;

/// <summary>Reads the last lines of services from the machine's journal, where it has one.</summary>
internal sealed class Journal(TimeProvider time)
{
    private const int Lines = 2000;
    private const int MaxCharacters = 4 << 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>The last lines of this service, or why there are none.</summary>
    public async Task<string> ReadAsync(string service, CancellationToken cancellationToken)
    {
        if (ProgramFile.Find("journalctl", ProgramFile.SearchPath()) is not { } program)
        {
            return "this machine has no journal (journalctl is not installed)\n";
        }

        using var deadline = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await RunAsync(program, service, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"the journal did not answer within {Patience.TotalSeconds:0} s\n";
        }
        catch (Exception failure) when (failure is IOException or System.ComponentModel.Win32Exception)
        {
            return $"the journal cannot be read: {failure.Message}\n";
        }
    }

    private static async Task<string> RunAsync(string program, string service, CancellationToken cancellationToken)
    {
        string[] arguments = ["--unit", service, "--lines", Lines.ToString(System.Globalization.CultureInfo.InvariantCulture), "--no-pager", "--output", "short-iso"];
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })
            ?? throw new IOException("no process was started");
        try
        {
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            var text = new StringBuilder();
            var buffer = new char[16 * 1024];
            while (text.Length < MaxCharacters && await process.StandardOutput.ReadAsync(buffer, cancellationToken) is > 0 and var read)
            {
                text.Append(buffer, 0, read);
            }

            return text.Length > 0 ? text.ToString() : $"no line of {service}: {await errors}\n";
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}
