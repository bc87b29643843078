using System.Globalization;
using System.Text;

namespace EdgeSync.Testbed.Brokers;

/// <summary>mosquitto.conf for a run: the file from <c>deploy/mosquitto</c>, with the run's paths and port in place of an operator's.</summary>
internal static class BrokerConfiguration
{
    public static void Write(string path, TestbedSession session, BrokerOptions options, int port)
    {
        var persistence = Directory.CreateDirectory(session[$"{options.Name}-persistence"]).FullName;
        var lines = options.Certificate is { } certificate
            ? Secured(session[$"{options.Name}.acl"], certificate)
            : ["allow_anonymous true", "persistence true"];
        var settings = new List<string>(lines);
        Set(settings, string.Create(CultureInfo.InvariantCulture, $"listener {port} 127.0.0.1"));
        Set(settings, $"persistence_location {persistence}/");
        Set(settings, "autosave_interval 1");
        Set(settings, $"user {Environment.UserName}");
        settings.Add("log_type all");
        foreach (var setting in options.Settings)
        {
            Set(settings, setting);
        }

        File.WriteAllLines(path, settings);
    }

    private static List<string> Secured(string aclPath, Certificates.PemFiles certificate)
    {
        File.WriteAllText(aclPath, ReadTemplate("mosquitto.acl"));
        var lines = ReadTemplate("mosquitto.conf").Split('\n').Where(l => !l.StartsWith("log_type", StringComparison.Ordinal)).ToList();
        Set(lines, $"cafile {certificate.AuthorityPath}");
        Set(lines, $"certfile {certificate.CertificatePath}");
        Set(lines, $"keyfile {certificate.KeyPath}");
        Set(lines, $"acl_file {aclPath}");
        return lines;
    }

    // The listener opens a section, so a replaced line must keep its place.
    private static void Set(List<string> lines, string setting)
    {
        var name = setting[..(setting.IndexOf(' ') + 1)];
        var at = lines.FindIndex(l => l.StartsWith(name, StringComparison.Ordinal));
        if (at >= 0)
        {
            lines[at] = setting;
        }
        else
        {
            lines.Add(setting);
        }
    }

    private static string ReadTemplate(string name)
    {
        using var stream = typeof(BrokerConfiguration).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
