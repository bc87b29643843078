using System.CommandLine;
using System.Security.Cryptography.X509Certificates;
using EdgeSync.Hq.Configuration;
using EdgeSync.Hq.Enrolments;
using EdgeSync.Hq.Storage;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Storage;

namespace EdgeSync.Hq.Commands;

/// <summary><c>edgesync-hq ca</c>: manages the certificate authority. Works before HQ's first start.</summary>
internal static class AuthorityCommand
{
    private const int DefaultDays = 825;

    public static Command Create() => new("ca", "Manage the certificate authority for sites, HQ and the broker.")
    {
        CreateInit(),
        CreateIssueServer(),
    };

    private static Command CreateInit()
    {
        var command = new Command("init", "Create the authority if it is missing, and print the path of its certificate.");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = HqConfiguration.Load(parsed.GetValue(CommandLine.ConfigOption), forServing: false);
            StateFolders.Create(options);
            using var authority = await CertificateAuthority.OpenAsync(options.AuthorityDirectory, TimeProvider.System, cancellationToken);
            Console.WriteLine(Path.Combine(options.AuthorityDirectory, CertificateAuthority.CertificateName));
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command CreateIssueServer()
    {
        var names = new Argument<string[]>("name") { Description = "DNS names and addresses of the server.", Arity = ArgumentArity.OneOrMore };
        var output = new Option<string>("--out") { Description = "The folder for server.pem and server.key.", Required = true };
        var days = new Option<int>("--days") { Description = $"How many days it is valid. Default: {DefaultDays}.", DefaultValueFactory = _ => DefaultDays };
        var command = new Command("issue-server", "Issue a server certificate, for the broker or for HQ's own pages.") { names, output, days };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = HqConfiguration.Load(parsed.GetValue(CommandLine.ConfigOption), forServing: false);
            StateFolders.Create(options);
            using var authority = await CertificateAuthority.OpenAsync(options.AuthorityDirectory, TimeProvider.System, cancellationToken);
            using var certificate = authority.IssueForServer(parsed.GetRequiredValue(names), TimeSpan.FromDays(parsed.GetValue(days)));
            using var key = certificate.GetECDsaPrivateKey()!;
            var folder = Directory.CreateDirectory(parsed.GetRequiredValue(output)).FullName;
            await PemFiles.WriteAsync(Path.Combine(folder, "server.key"), key.ExportPkcs8PrivateKeyPem(), DurableFile.PrivateMode, cancellationToken);
            await PemFiles.WriteAsync(Path.Combine(folder, "server.pem"), certificate.ExportCertificatePem(), DurableFile.SharedMode, cancellationToken);
            Console.WriteLine(Path.Combine(folder, "server.pem"));
            return ExitCodes.Ok;
        });
        return command;
    }
}
