using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Storage;
using EdgeSync.Primitives.Text;
using EdgeSync.Yaml;

namespace EdgeSync.Agent.Interlocks;

/// <summary>
/// Runs a program without a shell and looks at its exit code. Its standard input is empty. One that takes too long is ended with all its children. What it leaves in
/// the background when it ends by itself is not waited for.
/// </summary>
/// <param name="program">The full path.</param>
/// <param name="arguments">Its arguments.</param>
/// <param name="exitCode">The exit code that allows the activation.</param>
/// <param name="timeout">How long it may take.</param>
internal sealed class CommandProbe(string program, IReadOnlyList<string> arguments, int exitCode, TimeSpan timeout) : IProbe
{
    private const int MaxOutput = 4096;
    private static readonly TimeSpan RestOfOutput = TimeSpan.FromSeconds(1);

    public async Task<ProbeAnswer> AskAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            var (code, said) = await RunAsync(time, either.Token);
            return ProbeAnswer.Of(code == exitCode, $"'{program}' ended with exit code {code}, not {exitCode}", said);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return ProbeAnswer.Unknown($"'{program}' did not end within {UnitText.Duration(timeout)} and was ended");
        }
        catch (Exception failure) when (failure is IOException or Win32Exception)
        {
            return ProbeAnswer.Unknown($"'{program}' cannot be run: {ProgramFile.FindFault(program) ?? FaultText.Describe(failure)}");
        }
    }

    private async Task<(int ExitCode, string Said)> RunAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = "/",
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        }) ?? throw new IOException();
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            process.StandardInput.Close();
            var output = ReadAsync(process.StandardOutput.BaseStream, reading.Token);
            var errors = ReadAsync(process.StandardError.BaseStream, reading.Token);
            await process.WaitForExitAsync(cancellationToken);

            // A child in the background may keep the pipes open for ever.
            reading.CancelAfter(RestOfOutput);
            Task rest = Task.WhenAll(output, errors);
            await rest.WaitAsync(RestOfOutput, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
            return (process.ExitCode, Said(output) is { Length: > 0 } words ? words : Said(errors));
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    // Only the beginning is kept; the rest is read so that the program can end.
    private static async Task<string> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var buffer = new byte[MaxOutput];
        var length = 0;
        try
        {
            while (length < buffer.Length && await stream.ReadAsync(buffer.AsMemory(length), cancellationToken) is > 0 and var read)
            {
                length += read;
            }

            await stream.CopyToAsync(Stream.Null, cancellationToken);
        }
        catch (Exception failure) when (failure is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // It was ended, or a child keeps the pipe; what came until then counts.
        }

        return ShortText.Of(OneLine.Of(Encoding.UTF8.GetString(buffer, 0, length)), ProbeAnswer.MaxSaid);
    }

    private static string Said(Task<string> reading) => reading.IsCompletedSuccessfully ? reading.Result : "";
}
