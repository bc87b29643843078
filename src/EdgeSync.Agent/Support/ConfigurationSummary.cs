using System.Text;
using EdgeSync.Agent.Configuration;
using EdgeSync.Primitives.Text;

namespace EdgeSync.Agent.Support;

/// <summary>
/// The configuration as it counts, for support: each setting by its name. The file itself stays at the site: comments and values in it may say anything. Of
/// values only the names are written, of secrets only where they are.
/// </summary>
internal static class ConfigurationSummary
{
    public static string Write(AgentConfiguration configuration)
    {
        var text = new StringBuilder();
        Line(0, $"# as read from {configuration.Path} and the environment");
        Line(0, $"site: {configuration.Site}");
        Line(0, $"fleet: {configuration.Fleet}");
        Line(0, $"labels: {string.Join(", ", configuration.Labels.Select(label => $"{label.Key}={label.Value}"))}");
        Line(0, $"values: {string.Join(", ", configuration.Values.Select(value => $"{value.Key} ({value.Value.Source?.ToString() ?? "given in the file"})"))}");
        Line(0, $"stateDirectory: {configuration.StateDirectory}");
        Line(0, $"runDirectory: {configuration.RunDirectory}");
        Line(0, $"platform: {configuration.Platform}");
        Line(0, $"cluster: kubeconfig {configuration.Cluster.Kubeconfig}, inventoryNamespace {configuration.Cluster.InventoryNamespace}, reportLogs {configuration.Cluster.ReportLogs}, rebuilt by hand {configuration.Cluster.IsRebuiltByHand}");
        Line(0, $"runtime: {configuration.Runtime.SocketPath ?? "none"}");
        Line(0, $"mirror: {configuration.Mirror.Listen}");
        Line(0, $"page: {(configuration.Page is { } page ? $"{page.Listen}, {page.Tls switch { null => "no TLS", { CertificateFile: { } certificate } => $"certificate {certificate}", _ => "its own certificate" }}" : "off")}");
        Line(0, $"fetch: parallel {configuration.Fetch.Parallel}, maxBlobSize {configuration.Fetch.MaxBlobSize}");
        Line(0, $"trust: {(configuration.Trust.Root is { } root ? $"root {root}" : configuration.Trust.File is { } file ? $"file {file}" : "keys in the configuration")}");
        Line(0, "channels:");
        foreach (var channel in configuration.Channels)
        {
            Line(1, $"{channel.Name}: {channel.Reference}{(channel.FollowTag is { } tag ? $", tag {tag}" : "")}, every {channel.Every}, namespace {channel.Namespace}, healthDeadline {channel.HealthDeadline}{(channel.Tenant is null ? "" : ", with tenant limits")}");
        }

        Line(0, "registries:");
        foreach (var registry in configuration.Registries)
        {
            var login = registry switch { { PasswordFile: not null } => "user and password", { TokenFile: not null } => "token", { DockerConfig: not null } => "docker's login", _ => "no login" };
            Line(1, $"{registry.Host}: plainHttp {registry.PlainHttp}, caFile {registry.CaFile ?? "-"}, clientCertificateFile {registry.ClientCertificateFile ?? "-"}, {login}");
        }

        if (configuration.Hq is { } hq)
        {
            Line(0, $"hq: broker {Redactor.Url(hq.Broker)}, caFile {hq.CaFile ?? "-"}, certificateFile {hq.CertificateFile ?? "-"}, ledger key in {(hq.LedgerKeyFile is null ? "hardware" : "a file")}, keepAlive {hq.KeepAlive}, reportEvery {hq.ReportEvery}");
        }

        foreach (var warning in configuration.Warnings)
        {
            Line(0, $"warning: {warning}");
        }

        return text.ToString();

        void Line(int depth, string line) => text.Append(' ', depth * 2).AppendLine(line.ReplaceLineEndings(" "));
    }
}
