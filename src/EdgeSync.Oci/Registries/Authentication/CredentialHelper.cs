using System.Diagnostics;
using System.Text;
using System.Text.Json;
using EdgeSync.Primitives.Storage;

namespace EdgeSync.Oci.Registries.Authentication;

/// <summary>
/// Runs <c>docker-credential-NAME get</c> as docker does: the server's name to its standard input, JSON from its standard output. Bounded in time and
/// output. The program is looked for in PATH only.
/// </summary>
internal static class CredentialHelper
{
    private const int MaxOutput = 64 * 1024;
    private const int MaxWords = 200;
    private const string IdentityTokenUser = "<token>";
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(20); // less than a request may take, so that the helper is named and not the registry

    /// <summary>What the helper has for this server: a credential, or none; and a warning where it could not say.</summary>
    public static async Task<(RegistryCredential? Credential, string? Warning)> GetAsync(
        string name, string server, TimeProvider time, CancellationToken cancellationToken)
    {
        var program = $"docker-credential-{name}";
        if (name.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.')) || ProgramFile.Find(program, ProgramFile.SearchPath()) is not { } path)
        {
            return (null, $"the credential helper '{program}' is not installed; '{server}' is asked without its login, which works for public images only");
        }

        using var deadline = new CancellationTokenSource(TimeLimit, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            var (exitCode, output, errors) = await RunAsync(path, server, linked.Token);
            return exitCode == 0 ? Read(program, server, output) : Explain(program, server, exitCode, output, errors);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, $"the credential helper '{program}' did not answer for '{server}' within {TimeLimit.TotalSeconds:0} seconds and was ended");
        }
        catch (InvalidDataException)
        {
            return (null, $"the credential helper '{program}' printed more than {MaxOutput / 1024} KiB for '{server}', which is no login");
        }
        catch (Exception failure) when (failure is IOException or System.ComponentModel.Win32Exception)
        {
            return (null, $"the credential helper '{program}' cannot be run for '{server}'; check that '{path}' is a program for this machine");
        }
    }

    private static async Task<(int ExitCode, byte[] Output, byte[] Errors)> RunAsync(string path, string server, CancellationToken cancellationToken)
    {
        using var process = Process.Start(new ProcessStartInfo(path, ["get"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        }) ?? throw new IOException("no process was started");
        try
        {
            var output = ReadAsync(process.StandardOutput.BaseStream, cancellationToken);
            var errors = ReadAsync(process.StandardError.BaseStream, cancellationToken);
            await WriteAsync(process, server, cancellationToken);
            await await Task.WhenAny(output, errors); // one that prints too much does not end by itself
            (byte[] Output, byte[] Errors) printed = (await output, await errors);
            await process.WaitForExitAsync(cancellationToken);
            return (process.ExitCode, printed.Output, printed.Errors);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private static async Task WriteAsync(Process process, string server, CancellationToken cancellationToken)
    {
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(Encoding.UTF8.GetBytes(server + "\n"), cancellationToken);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading; its exit code and its words tell why.
        }
    }

    private static async Task<byte[]> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var kept = new MemoryStream();
        var buffer = new byte[4096];
        int read;
        while ((read = await stream.ReadAsync(buffer, cancellationToken)) > 0)
        {
            kept.Write(buffer, 0, read);
            if (kept.Length > MaxOutput)
            {
                throw new InvalidDataException();
            }
        }

        return kept.ToArray();
    }

    private static (RegistryCredential?, string?) Read(string program, string server, byte[] output)
    {
        try
        {
            var answer = JsonSerializer.Deserialize(output, RegistryJsonContext.Default.HelperAnswer);
            return answer switch
            {
                { Username: IdentityTokenUser, Secret.Length: > 0 } => (RegistryCredential.FromIdentityToken(answer.Secret), null),
                { Username.Length: > 0 } => (RegistryCredential.FromPassword(answer.Username, answer.Secret ?? ""), null),
                _ => (null, null),
            };
        }
        catch (JsonException)
        {
            // Without the cause: its message may quote the secret.
            return (null, $"the credential helper '{program}' did not answer JSON for '{server}'");
        }
    }

    private static (RegistryCredential?, string?) Explain(string program, string server, int exitCode, byte[] output, byte[] errors)
    {
        var words = Encoding.UTF8.GetString(output.AsSpan().Trim("\r\n\t "u8).Length > 0 ? output : errors).Trim();
        return words.Contains("credentials not found", StringComparison.OrdinalIgnoreCase)
            ? (null, null)
            : (null, $"the credential helper '{program}' failed for '{server}' with exit code {exitCode}: {RegistryFaults.Clean(words.Split('\n')[0], MaxWords)}");
    }
}

/// <summary>What a credential helper answers.</summary>
internal sealed record HelperAnswer(
    [property: System.Text.Json.Serialization.JsonPropertyName("Username")] string? Username,
    [property: System.Text.Json.Serialization.JsonPropertyName("Secret")] string? Secret)
{
    public override string ToString() => $"{nameof(HelperAnswer)} ***";
}
