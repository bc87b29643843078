using System.CommandLine;
using EdgeSync.Oci.Registries;
using EdgeSync.Oci.Registries.Authentication;
using EdgeSync.Primitives.Timing;

namespace EdgeSync.Agent.Commands;

/// <summary>The options of every verb that connects to a registry: plain HTTP, authorities, and the file with logins.</summary>
internal sealed class RegistryArguments
{
    private readonly Option<bool> _plainHttp = new("--plain-http") { Description = "Use HTTP without TLS." };

    private readonly Option<string?> _authority = new("--ca-file")
    {
        Description = "What the registry's certificate must lead to, in place of the system's authorities: authorities or its own certificate (PEM).",
        HelpName = "FILE",
    };

    private readonly Option<string?> _logins = new("--docker-config")
    {
        Description = "The file with logins (default: $DOCKER_CONFIG/config.json, else ~/.docker/config.json, if it is there).",
        HelpName = "FILE",
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_plainHttp);
        command.Add(_authority);
        command.Add(_logins);
    }

    /// <summary>A client for this registry; the caller disposes it.</summary>
    public async Task<RegistryClient> ConnectAsync(ParseResult parsed, string host, CancellationToken cancellationToken)
    {
        var logins = parsed.GetValue(_logins) ?? FindDefaultLogins();
        var options = new RegistryOptions
        {
            Host = host,
            PlainHttp = parsed.GetValue(_plainHttp),
            CertificateAuthorityFile = parsed.GetValue(_authority),
            CredentialSource = logins is null ? null : await DockerLogins.OpenAsync(logins, host, TimeProvider.System, Warn, cancellationToken),
        };
        return new RegistryClient(options, TimeProvider.System, new RetryPolicy(TimeProvider.System, new Random()));
    }

    private static void Warn(string warning) => Console.Error.WriteLine($"warning: {warning}");

    private static string? FindDefaultLogins()
    {
        var folder = Environment.GetEnvironmentVariable("DOCKER_CONFIG") is { Length: > 0 } named
            ? named
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".docker");
        var file = Path.Combine(folder, "config.json");
        if (Directory.Exists(file))
        {
            // Docker creates a folder of this name if it is told to mount a file that does not exist.
            Warn($"'{file}' is a folder, so no logins are known");
        }

        return File.Exists(file) ? file : null;
    }
}
