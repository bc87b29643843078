using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Storage;

namespace EdgeSync.Kubernetes.Api;

/// <summary>
/// A program that a kubeconfig names in <c>users[].user.exec</c>: it writes an <c>ExecCredential</c> to its output
/// (client.authentication.k8s.io/v1 and v1beta1). It runs without a terminal, for a limited time, and its output is limited.
/// </summary>
internal sealed class CredentialPlugin
{
    private const int MaxOutput = 1024 * 1024;
    private const int MaxErrorText = 1024;
    private readonly string _apiVersion;
    private readonly string _command;
    private readonly IReadOnlyList<string> _arguments;
    private readonly IReadOnlyDictionary<string, string> _environment;
    private readonly string? _installHint;

    /// <summary>
    /// Reads the section <c>exec</c>. A command with a slash is a path relative to the kubeconfig's folder; another one is looked for in PATH.
    /// Throws <see cref="FormatException"/> that says what is wrong.
    /// </summary>
    public CredentialPlugin(JsonObject section, JsonObject? cluster, string folder)
    {
        _apiVersion = section.Text("apiVersion") is ("client.authentication.k8s.io/v1" or "client.authentication.k8s.io/v1beta1") and var version
            ? version
            : throw new FormatException("exec.apiVersion must be client.authentication.k8s.io/v1 or client.authentication.k8s.io/v1beta1");
        var command = section.Text("command") is { Length: > 0 } name ? name : throw new FormatException("exec.command is missing");
        if (section.Text("interactiveMode") == "Always")
        {
            throw new FormatException("exec.interactiveMode is Always, and the agent has no terminal");
        }

        _command = command.Contains('/', StringComparison.Ordinal) ? Path.GetFullPath(command, folder) : command;
        _arguments = [.. (section["args"] as JsonArray ?? []).Select(item => item?.GetValueKind() == System.Text.Json.JsonValueKind.String
            ? item.GetValue<string>()
            : throw new FormatException("exec.args must be a list of texts"))];
        _environment = section.Objects("env").ToDictionary(
            entry => entry.Text("name") ?? throw new FormatException("an entry of exec.env has no name"), entry => entry.Text("value") ?? "", StringComparer.Ordinal);
        _installHint = section.Text("installHint");
        var spec = new JsonObject { ["interactive"] = false };
        if (section.IsTrue("provideClusterInfo"))
        {
            spec["cluster"] = cluster?.DeepClone();
        }

        Request = new JsonObject { ["apiVersion"] = _apiVersion, ["kind"] = "ExecCredential", ["spec"] = spec }.ToJsonString();
    }

    /// <summary>The request to the plugin, in its environment variable KUBERNETES_EXEC_INFO.</summary>
    internal string Request { get; }

    /// <summary>Looks whether the program is there, and does not run it. Throws <see cref="KubernetesApiException"/> with the reason CredentialPluginMissing.</summary>
    public void Check()
    {
        if (FindFault() is { } fault)
        {
            throw Missing(fault);
        }
    }

    /// <summary>Runs the program once. Throws <see cref="KubernetesApiException"/> with one of the reasons CredentialPlugin….</summary>
    public async Task<ApiCredential> RunAsync(TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        using var process = Start();
        try
        {
            // Both at once: a program that fills one pipe while the other is read would wait for ever.
            var errors = ReadErrorsAsync(process.StandardError.BaseStream, either.Token);
            var output = await ReadOutputAsync(process.StandardOutput.BaseStream, either.Token);
            var errorText = await errors;
            await process.WaitForExitAsync(either.Token);
            return process.ExitCode == 0
                ? ExecCredential.Parse(output, _apiVersion)
                : throw Failure(ApiReasons.CredentialPluginFailed, $"ended with exit code {process.ExitCode}{(errorText.Length > 0 ? $": {errorText}" : "")}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Failure(ApiReasons.CredentialPluginTimeout, $"did not end within {timeout.TotalSeconds:0} s");
        }
        catch (FormatException failure)
        {
            throw Failure(ApiReasons.CredentialPluginInvalid, $"wrote no usable ExecCredential: {failure.Message}", failure);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private string? FindFault() =>
        _command.Contains('/', StringComparison.Ordinal) ? ProgramFile.FindFault(_command)
        : ProgramFile.Find(_command, ProgramFile.SearchPath()) is null ? "there is no such program in PATH" : null;

    private Process Start()
    {
        var start = new ProcessStartInfo(_command, _arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in _environment)
        {
            start.Environment[name] = value;
        }

        start.Environment["KUBERNETES_EXEC_INFO"] = Request;
        try
        {
            var process = Process.Start(start)!;
            process.StandardInput.Close();
            return process;
        }
        catch (Win32Exception failure)
        {
            throw Missing(FindFault() ?? FaultText.Describe(failure), failure);
        }
    }

    private static async Task<byte[]> ReadOutputAsync(Stream output, CancellationToken cancellationToken)
    {
        var buffer = new byte[MaxOutput + 1];
        var length = await output.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return length <= MaxOutput ? buffer[..length] : throw new FormatException("the output is larger than 1 MiB");
    }

    // Only the beginning is kept; the rest is read so that the program can end.
    private static async Task<string> ReadErrorsAsync(Stream errors, CancellationToken cancellationToken)
    {
        var buffer = new byte[MaxErrorText];
        var length = await errors.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        await errors.CopyToAsync(Stream.Null, cancellationToken);
        return string.Concat(Encoding.UTF8.GetString(buffer, 0, length).Trim().Select(letter => char.IsControl(letter) ? ' ' : letter));
    }

    private KubernetesApiException Missing(string why, Exception? cause = null) =>
        new(ApiReasons.CredentialPluginMissing, $"the credential plugin '{_command}' of the kubeconfig cannot be started: {why}", cause)
        {
            Subject = _command,
            Disposition = Disposition.Stalled,
            Hint = _installHint ?? "Install the program that the kubeconfig names in users[].user.exec, or use a token or a client certificate.",
            ExitCode = ExitCodes.BadConfiguration,
        };

    private KubernetesApiException Failure(string reason, string what, Exception? cause = null) =>
        new(reason, $"the credential plugin '{_command}' of the kubeconfig {what}", cause)
        {
            Subject = _command,
            Hint = "Run the program by hand as the agent's user; 'kubectl' with the same kubeconfig starts it the same way.",
            ExitCode = ExitCodes.Unavailable,
        };
}
