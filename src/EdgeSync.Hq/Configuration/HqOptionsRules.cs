using EdgeSync.Hq.Authentication;

namespace EdgeSync.Hq.Configuration;

/// <summary>What must hold between settings; every fault is one line that begins with its key.</summary>
internal static class HqOptionsRules
{
    private const int MaxCertificateDays = 3650;

    public static void Check(HqOptions options, List<string> faults)
    {
        CheckListen(options, faults);
        CheckPair("certificateFile", options.CertificateFile, "keyFile", options.KeyFile, faults);
        CheckBroker(options.Broker, faults);
        CheckEnrolment(options.Enrolment, faults);
        if (!Path.IsPathFullyQualified(options.StateDirectory))
        {
            faults.Add($"stateDirectory: '{options.StateDirectory}' is not an absolute path");
        }

        if (options.InitialOperator is { } initial)
        {
            if (!UserName.IsValid(initial.Name))
            {
                faults.Add($"initialOperator:name: '{initial.Name}' is no user name: {UserName.Rule}");
            }
        }
    }

    public static void CheckFiles(HqOptions options, List<string> faults)
    {
        CheckFile("certificateFile", options.CertificateFile, faults);
        CheckFile("keyFile", options.KeyFile, faults);
        CheckFile("broker:certificateFile", options.Broker.CertificateFile, faults);
        CheckFile("broker:keyFile", options.Broker.KeyFile, faults);
        CheckFile("broker:authorityFile", options.Broker.AuthorityFile, faults);
        CheckFile("enrolment:brokerAuthorityFile", options.Enrolment.BrokerAuthorityFile, faults);
        CheckFile("initialOperator:passwordFile", options.InitialOperator?.PasswordFile, faults);
    }

    private static void CheckListen(HqOptions options, List<string> faults)
    {
        if (options.Listen.Count == 0)
        {
            faults.Add("listen: holds no address");
        }

        foreach (var uri in options.Listen)
        {
            if (uri.Scheme is not ("http" or "https") || uri.AbsolutePath != "/")
            {
                faults.Add($"listen: '{uri}' is not http://ADDRESS:PORT or https://ADDRESS:PORT");
            }
            else if (uri.HostNameType is not (UriHostNameType.IPv4 or UriHostNameType.IPv6) && uri.Host != "localhost")
            {
                faults.Add($"listen: '{uri}' must have an IP address or 'localhost'");
            }
            else if (uri.Scheme == "https" && options.CertificateFile is null)
            {
                faults.Add($"certificateFile: is missing, and '{uri}' needs it");
            }
            else if (uri.Scheme == "http" && !uri.IsLoopback && !options.AllowPlainHttp)
            {
                faults.Add($"listen: '{uri}' would send passwords in the clear; use https, or set allowPlainHttp behind a proxy that ends TLS");
            }
        }
    }

    private static void CheckBroker(BrokerOptions broker, List<string> faults)
    {
        CheckBrokerUrl("broker:url", broker.Url, faults);
        CheckPair("broker:certificateFile", broker.CertificateFile, "broker:keyFile", broker.KeyFile, faults);
        if (broker.ClientId.Length > 64)
        {
            faults.Add("broker:clientId: is longer than 64 characters");
        }
    }

    private static void CheckEnrolment(EnrolmentOptions enrolment, List<string> faults)
    {
        if (enrolment.BrokerUrl is { } url)
        {
            CheckBrokerUrl("enrolment:brokerUrl", url, faults);
        }

        if (enrolment.CertificateDays is < 1 or > MaxCertificateDays)
        {
            faults.Add($"enrolment:certificateDays: {enrolment.CertificateDays} is not between 1 and {MaxCertificateDays}");
        }
    }

    private static void CheckBrokerUrl(string key, Uri url, List<string> faults)
    {
        if (url.Scheme != "mqtts" || url.UserInfo.Length > 0 || url.AbsolutePath is not ("" or "/"))
        {
            faults.Add($"{key}: must be mqtts://HOST:PORT");
        }
    }

    private static void CheckPair(string firstKey, string? first, string secondKey, string? second, List<string> faults)
    {
        if (first is null != second is null)
        {
            faults.Add($"{(first is null ? firstKey : secondKey)}: is missing; {firstKey} and {secondKey} belong together");
        }
    }

    private static void CheckFile(string key, string? path, List<string> faults)
    {
        if (path is not null && !File.Exists(path))
        {
            faults.Add($"{key}: the file '{path}' does not exist");
        }
    }
}
