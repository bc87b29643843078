using EdgeSync.Hq.Authentication;
using EdgeSync.Primitives.Storage;
using Microsoft.Extensions.Options;

namespace EdgeSync.Hq.Configuration;

/// <summary>Checks the bound settings against each other. Every fault is one line that begins with its key.</summary>
/// <param name="faults">What <see cref="HqSettings"/> found before the settings were bound.</param>
/// <param name="forServing">Whether the files that the settings name must exist. The verbs that create them run earlier.</param>
internal sealed class HqOptionsValidator(IReadOnlyList<string> faults, bool forServing) : IValidateOptions<HqOptions>
{
    private const int MaxCertificateDays = 3650;
    private const int MaxClientIdLength = 64;

    public ValidateOptionsResult Validate(string? name, HqOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        foreach (var fault in faults)
        {
            result.AddError(fault);
        }

        CheckListen(options, result);
        CheckPair("certificateFile", options.CertificateFile, "keyFile", options.KeyFile, result);
        CheckBroker(options.Broker, result);
        CheckEnrolment(options.Enrolment, result);
        CheckInitialOperator(options.InitialOperator, result);
        if (!Path.IsPathFullyQualified(options.StateDirectory))
        {
            result.AddError($"stateDirectory: '{options.StateDirectory}' is not an absolute path");
        }

        if (forServing)
        {
            CheckFiles(options, result);
        }

        return result.Build();
    }

    private static void CheckListen(HqOptions options, ValidateOptionsResultBuilder result)
    {
        if (options.Listen.Count == 0)
        {
            result.AddError("listen: holds no address");
        }

        foreach (var uri in options.Listen)
        {
            if (uri.Scheme is not ("http" or "https") || uri.AbsolutePath != "/")
            {
                result.AddError($"listen: '{uri}' is not http://ADDRESS:PORT or https://ADDRESS:PORT");
            }
            else if (uri.HostNameType is not (UriHostNameType.IPv4 or UriHostNameType.IPv6) && uri.Host != "localhost")
            {
                result.AddError($"listen: '{uri}' must have an IP address or 'localhost'");
            }
            else if (uri.Scheme == "https" && options.CertificateFile is null)
            {
                result.AddError($"certificateFile: is missing, and '{uri}' needs it");
            }
            else if (uri.Scheme == "http" && !uri.IsLoopback && !options.AllowPlainHttp)
            {
                result.AddError($"listen: '{uri}' would send passwords in the clear; use https, or set allowPlainHttp behind a proxy that ends TLS");
            }
        }
    }

    private static void CheckBroker(BrokerOptions broker, ValidateOptionsResultBuilder result)
    {
        CheckBrokerUrl("broker:url", broker.Url, result);
        CheckPair("broker:certificateFile", broker.CertificateFile, "broker:keyFile", broker.KeyFile, result);
        if (broker.ClientId.Length > MaxClientIdLength)
        {
            result.AddError($"broker:clientId: is longer than {MaxClientIdLength} characters");
        }
    }

    private static void CheckEnrolment(EnrolmentOptions enrolment, ValidateOptionsResultBuilder result)
    {
        if (enrolment.BrokerUrl is { } url)
        {
            CheckBrokerUrl("enrolment:brokerUrl", url, result);
        }

        if (enrolment.CertificateDays is < 1 or > MaxCertificateDays)
        {
            result.AddError($"enrolment:certificateDays: {enrolment.CertificateDays} is not between 1 and {MaxCertificateDays}");
        }
    }

    private static void CheckInitialOperator(InitialOperatorOptions? initial, ValidateOptionsResultBuilder result)
    {
        if (initial is null)
        {
            return;
        }

        if (initial.PasswordFile.Length == 0)
        {
            result.AddError("initialOperator:passwordFile: is missing");
        }

        if (!UserName.IsValid(initial.Name))
        {
            result.AddError($"initialOperator:name: '{initial.Name}' is not a valid user name: {UserName.Rule}");
        }
    }

    private static void CheckFiles(HqOptions options, ValidateOptionsResultBuilder result)
    {
        (string Key, string? Path)[] files =
        [
            ("certificateFile", options.CertificateFile),
            ("keyFile", options.KeyFile),
            ("broker:certificateFile", options.Broker.CertificateFile),
            ("broker:keyFile", options.Broker.KeyFile),
            ("broker:authorityFile", options.Broker.AuthorityFile),
            ("enrolment:brokerAuthorityFile", options.Enrolment.BrokerAuthorityFile),
            ("initialOperator:passwordFile", options.InitialOperator?.PasswordFile),
        ];
        foreach (var (key, path) in files)
        {
            if (path is { Length: > 0 } && FileFaults.FindUnreadable(path) is { } why)
            {
                result.AddError($"{key}: cannot read '{path}': {why}");
            }
        }
    }

    private static void CheckBrokerUrl(string key, Uri url, ValidateOptionsResultBuilder result)
    {
        if (url.Scheme != "mqtts" || url.UserInfo.Length > 0 || url.AbsolutePath is not ("" or "/"))
        {
            result.AddError($"{key}: must be mqtts://HOST:PORT");
        }
    }

    private static void CheckPair(string firstKey, string? first, string secondKey, string? second, ValidateOptionsResultBuilder result)
    {
        if (first is null != second is null)
        {
            result.AddError($"{(first is null ? firstKey : secondKey)}: is missing; {firstKey} and {secondKey} belong together");
        }
    }
}
