using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Text;

namespace EdgeSync.Kubernetes.Api;

/// <summary>How to reach one cluster and log in: what a kubeconfig file says for its current (or a named) context.</summary>
public sealed class Kubeconfig
{
    private const int MaxBytes = 1024 * 1024;

    private Kubeconfig(Uri server) => Server = server;

    /// <summary>The API server.</summary>
    public Uri Server { get; }

    /// <summary>The context that was chosen.</summary>
    public string Context { get; private init; } = "";

    /// <summary>The context's namespace; <c>default</c> if it names none.</summary>
    public string Namespace { get; private init; } = "default";

    /// <summary>The name to expect in the server's certificate; null for the host of <see cref="Server"/>.</summary>
    public string? TlsServerName { get; private init; }

    internal bool SkipsVerification { get; private init; }

    internal X509Certificate2Collection? Authorities { get; private init; }

    internal X509Certificate2? ClientCertificate { get; private init; }

    internal string? Token { get; private init; }

    internal string? TokenFile { get; private init; }

    internal CredentialPlugin? Plugin { get; private init; }

    /// <summary>
    /// Reads a kubeconfig file; the paths in it are relative to its folder. Throws <see cref="KubernetesApiException"/> that says what is
    /// missing or not supported (auth-provider is not; exec plugins are).
    /// </summary>
    public static Kubeconfig Load(string path, string? context = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        try
        {
            var file = new FileInfo(path);
            if (file.Exists && file.Length > MaxBytes)
            {
                throw Invalid(path, "it is larger than 1 MiB");
            }

            return Read(File.ReadAllBytes(path), path, context);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CryptographicException or FormatException)
        {
            throw Invalid(path, failure.Message, failure);
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Context} ({Redactor.Url(Server)})";

    private static Kubeconfig Read(byte[] utf8, string path, string? wanted)
    {
        var root = Parse(utf8, path);
        var name = wanted ?? root.Text("current-context") ?? throw Invalid(path, "it has no current-context");
        var context = Entry(root, "contexts", "context", name, path);
        var cluster = Entry(root, "clusters", "cluster", context.Text("cluster") ?? "", path);
        var user = context.Text("user") is { Length: > 0 } userName ? Entry(root, "users", "user", userName, path) : [];
        if (user["auth-provider"] is not null)
        {
            throw Invalid(path, $"user '{context.Text("user")}' logs in by a plugin of kind auth-provider; use exec, a token or a client certificate");
        }

        if (!Uri.TryCreate(cluster.Text("server"), UriKind.Absolute, out var server) || server.Scheme is not ("https" or "http"))
        {
            throw Invalid(path, "the cluster's server is not an http or https address");
        }

        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var authorities = Content(cluster, "certificate-authority", folder);
        return new Kubeconfig(server)
        {
            Context = name,
            Namespace = context.Text("namespace") is { Length: > 0 } text ? text : "default",
            TlsServerName = cluster.Text("tls-server-name"),
            SkipsVerification = cluster.IsTrue("insecure-skip-tls-verify"),
            Authorities = ReadAuthorities(authorities),
            ClientCertificate = ReadCertificate(Content(user, "client-certificate", folder), Content(user, "client-key", folder)),
            Token = user.Text("token"),
            TokenFile = user.Text("tokenFile") is { } tokenFile ? Path.Combine(folder, tokenFile) : null,
            Plugin = user["exec"] is JsonObject exec ? new CredentialPlugin(exec, ClusterInfo(cluster, authorities), folder) : null,
        };
    }

    private static JsonObject Parse(byte[] utf8, string path)
    {
        var options = new ManifestReaderOptions { KeepPositions = false };
        var faults = new FaultList(path);
        var root = ManifestText.Decode(utf8, faults) is { } text && DocumentSplitter.Split(text, faults) is [var document]
            ? ManifestReader.ParseChecked(document, faults, options, null) as JsonObject
            : null;
        faults.ThrowIfAny();
        return root ?? throw Invalid(path, "it is not one YAML map");
    }

    private static JsonObject Entry(JsonObject root, string list, string member, string name, string path) =>
        root.Objects(list).FirstOrDefault(entry => entry.Text("name") == name)?[member] as JsonObject
        ?? throw Invalid(path, $"it has no entry '{name}' in {list}");

    private static string? Content(JsonObject entry, string member, string folder)
    {
        if (entry.Text(member + "-data") is { Length: > 0 } inline)
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(inline));
        }

        return entry.Text(member) is { Length: > 0 } file ? File.ReadAllText(Path.Combine(folder, file)) : null;
    }

    // What a plugin with provideClusterInfo gets to know of the cluster.
    private static JsonObject ClusterInfo(JsonObject cluster, string? authorities)
    {
        var info = new JsonObject { ["server"] = cluster.Text("server") };
        if (cluster.Text("tls-server-name") is { } name)
        {
            info["tls-server-name"] = name;
        }

        if (cluster.IsTrue("insecure-skip-tls-verify"))
        {
            info["insecure-skip-tls-verify"] = true;
        }

        if (authorities is not null)
        {
            info["certificate-authority-data"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(authorities));
        }

        if (cluster.Objects("extensions").FirstOrDefault(entry => entry.Text("name") == "client.authentication.k8s.io/exec")?["extension"] is { } extension)
        {
            info["config"] = extension.DeepClone();
        }

        return info;
    }

    private static X509Certificate2Collection? ReadAuthorities(string? pem)
    {
        if (pem is null)
        {
            return null;
        }

        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPem(pem);
        return authorities;
    }

    private static X509Certificate2? ReadCertificate(string? certificate, string? key) =>
        certificate is null || key is null ? null : X509Certificate2.CreateFromPem(certificate, key);

    private static KubernetesApiException Invalid(string path, string why, Exception? failure = null) =>
        new(ApiReasons.KubeconfigInvalid, $"the kubeconfig '{path}' cannot be used: {why}", failure)
        {
            Subject = path,
            Disposition = Disposition.Stalled,
            ExitCode = ExitCodes.BadConfiguration,
        };
}
