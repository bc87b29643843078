using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Storage;
using EdgeSync.Primitives.Text;
using EdgeSync.Primitives.Tls;

namespace EdgeSync.Kubernetes.Api;

/// <summary>How to reach one cluster and log in: what a kubeconfig file says for its current (or a named) context.</summary>
public sealed class Kubeconfig
{
    private const int MaxBytes = 1024 * 1024;

    private readonly string _path;
    private readonly string? _wanted;

    // Each file that it was read from, with the hash of its content.
    private readonly IReadOnlyDictionary<string, string> _files;

    private Kubeconfig(Uri server, string path, string? wanted, IReadOnlyDictionary<string, string> files)
    {
        Server = server;
        _path = path;
        _wanted = wanted;
        _files = files;
    }

    /// <summary>The API server.</summary>
    public Uri Server { get; }

    /// <summary>The context that was chosen.</summary>
    public string Context { get; private init; } = "";

    /// <summary>The context's namespace; <c>default</c> if it names none.</summary>
    public string Namespace { get; private init; } = "default";

    /// <summary>The name to expect in the server's certificate; null for the host of <see cref="Server"/>.</summary>
    public string? TlsServerName { get; private init; }

    /// <summary>When the client's certificate expires, UTC; null where the login is by a token or a plugin.</summary>
    public DateTimeOffset? ClientCertificateExpires => ClientCertificate is [var own, ..] ? own.NotAfter.ToUniversalTime() : null;

    internal bool SkipsVerification { get; private init; }

    internal TrustAnchors Authorities { get; private init; } = TrustAnchors.Machine;

    /// <summary>The client's certificate with its key, and after it those of its authorities.</summary>
    internal X509Certificate2Collection? ClientCertificate { get; private init; }

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
            return Read(new FileSet(path), path, context);
        }
        catch (Exception failure) when (failure is StorageException or FormatException or ManifestException)
        {
            throw Invalid(path, FaultText.Describe(failure), failure);
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException)
        {
            throw Invalid(path, "its client certificate cannot be read, or the key does not belong to it", failure);
        }
    }

    /// <summary>
    /// Looks at what is needed only to log in: the token file, and the program that gives a credential. Runs nothing and asks no server. Throws
    /// <see cref="KubernetesApiException"/> that says what is missing.
    /// </summary>
    public void CheckLogin()
    {
        if (TokenFile is not null)
        {
            var token = BoundedFile.Read(TokenFile, MaxBytes, out var problem) ?? throw Invalid(_path, $"its token file is refused: {problem}");
            if (token.All(letter => letter <= ' '))
            {
                throw Invalid(_path, $"its token file '{TokenFile}' is empty");
            }
        }

        Plugin?.Check();
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Context} ({Redactor.Url(Server)})";

    /// <summary>
    /// What its files say now; null where they have not changed. Throws <see cref="KubernetesApiException"/> where they have and cannot be used, which may
    /// pass when somebody is writing them.
    /// </summary>
    internal Kubeconfig? LoadChanged() => _files.All(file => FileSet.HashOf(file.Key) == file.Value) ? null : Load(_path, _wanted);

    private static Kubeconfig Read(FileSet files, string path, string? wanted)
    {
        var root = Parse(files.Read(path), path);
        var name = wanted ?? root.Text("current-context") ?? throw Invalid(path, "it has no current-context");
        var context = Entry(root, "contexts", "context", name, path);
        var cluster = Entry(root, "clusters", "cluster", context.Text("cluster") ?? "", path);
        var user = context.Text("user") is { Length: > 0 } userName ? Entry(root, "users", "user", userName, path) : [];
        if (FindUnsupported(cluster, user, context.Text("user")) is { } unsupported)
        {
            throw Invalid(path, unsupported);
        }

        if (!Uri.TryCreate(cluster.Text("server"), UriKind.Absolute, out var server) || server.Scheme is not ("https" or "http"))
        {
            throw Invalid(path, "the cluster's server is not an http or https address");
        }

        var authorities = Content(cluster, "certificate-authority", files);
        return new Kubeconfig(server, path, wanted, files.Hashes)
        {
            Context = name,
            Namespace = context.Text("namespace") is { Length: > 0 } text ? text : "default",
            TlsServerName = cluster.Text("tls-server-name"),
            SkipsVerification = cluster.IsTrue("insecure-skip-tls-verify"),
            Authorities = authorities is null ? TrustAnchors.Machine : ReadAuthorities(authorities),
            ClientCertificate = ReadCertificate(Content(user, "client-certificate", files), Content(user, "client-key", files)),
            Token = user.Text("token"),
            TokenFile = user.Text("tokenFile") is { Length: > 0 } tokenFile ? files.PathOf(tokenFile) : null,
            Plugin = user["exec"] is JsonObject exec ? new CredentialPlugin(exec, ClusterInfo(cluster, authorities), files.Folder) : null,
        };
    }

    // To leave one of these out would connect another way, or with other rights, than the file says.
    private static string? FindUnsupported(JsonObject cluster, JsonObject user, string? name) =>
        user["auth-provider"] is not null ? $"user '{name}' logs in by a plugin of kind auth-provider; use exec, a token or a client certificate"
        : user.Text("username") is { Length: > 0 } && user.Text("password") is not null ? $"user '{name}' has 'username' and 'password', which API servers no longer take; use a token or a client certificate"
        : user.Text("as") is { Length: > 0 } || user.Text("as-uid") is { Length: > 0 } || user["as-groups"] is JsonArray { Count: > 0 } ? $"user '{name}' has 'as': the agent does not act as somebody else; name a user with just the rights that it needs"
        : cluster.Text("proxy-url") is { Length: > 0 } ? "the cluster has 'proxy-url'; set HTTPS_PROXY and NO_PROXY for the agent in its place"
        : null;

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

    private static string? Content(JsonObject entry, string member, FileSet files)
    {
        if (entry.Text(member + "-data") is { Length: > 0 } inline)
        {
            var bytes = new byte[inline.Length];
            return Convert.TryFromBase64String(inline, bytes, out var length)
                ? Encoding.UTF8.GetString(bytes, 0, length)
                : throw new FormatException($"{member}-data is not base64");
        }

        return entry.Text(member) is { Length: > 0 } file ? Encoding.UTF8.GetString(files.Read(files.PathOf(file))).TrimStart('\uFEFF') : null;
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

    private static TrustAnchors ReadAuthorities(string pem)
    {
        try
        {
            return TrustAnchors.Parse(pem);
        }
        catch (FormatException failure)
        {
            throw new FormatException($"its certificate-authority is refused: {failure.Message}", failure);
        }
    }

    private static X509Certificate2Collection? ReadCertificate(string? certificate, string? key) => (certificate, key) switch
    {
        (null, _) => null,
        (_, null) => throw new FormatException("it has a client-certificate and no client-key"),
        _ => ApiCredential.ReadCertificate(certificate, key),
    };

    private static KubernetesApiException Invalid(string path, string why, Exception? failure = null) =>
        new(ApiReasons.KubeconfigInvalid, $"the kubeconfig '{path}' cannot be used: {why}", failure)
        {
            Subject = path,
            Disposition = Disposition.Stalled,
            ExitCode = ExitCodes.BadConfiguration,
        };

    /// <summary>The kubeconfig with the files that it names; their paths are relative to its folder.</summary>
    private sealed class FileSet(string path)
    {
        private readonly Dictionary<string, string> _hashes = new(StringComparer.Ordinal);

        public string Folder { get; } = Path.GetDirectoryName(Path.GetFullPath(path))!;

        public IReadOnlyDictionary<string, string> Hashes => _hashes;

        /// <summary>The hash of the content; null for a file that cannot be read.</summary>
        public static string? HashOf(string path) =>
            BoundedFile.Read(path, MaxBytes, out _) is { } content ? Convert.ToHexString(SHA256.HashData(content)) : null;

        public string PathOf(string file) => Path.Combine(Folder, file);

        public byte[] Read(string file)
        {
            var content = BoundedFile.Read(file, MaxBytes) ?? throw new FormatException($"there is no file '{file}'");
            _hashes[file] = Convert.ToHexString(SHA256.HashData(content));
            return content;
        }
    }
}
