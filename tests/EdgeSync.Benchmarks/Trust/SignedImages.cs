using EdgeSync.Testbed;
using EdgeSync.Testbed.Images;
using EdgeSync.Testbed.Peers;
using EdgeSync.Testbed.Registries;

namespace EdgeSync.Benchmarks.Trust;

/// <summary>One image in a real registry for each format, signed by the program that the format comes from.</summary>
internal sealed class SignedImages(TestbedSession session, RegistryServer registry)
{
    private const string NotationKey = "bench.example.com";
    private const string Password = "bench";

    public string Home => session.Folder;

    public async Task<IReadOnlyList<SignedImage>> SignAsync(CancellationToken cancellationToken)
    {
        var cosign2 = await PeerTool.Cosign2Async(cancellationToken);
        var cosign3 = await PeerTool.Cosign3Async(cancellationToken);
        var notation = await PeerTool.NotationAsync(cancellationToken);
        await RunAsync(cosign2, cancellationToken, "generate-key-pair", "--output-key-prefix", session["cosign"]);
        await RunAsync(cosign3, cancellationToken, "signing-config", "create", "--out", session["signing.json"]);
        await RunAsync(cosign3, cancellationToken, "trusted-root", "create", "--out", session["root.json"]);
        await RunAsync(notation, cancellationToken, "cert", "generate-test", NotationKey);
        await File.WriteAllTextAsync(session["notation.json"], NotationPolicy, cancellationToken);
        await RunAsync(notation, cancellationToken, "policy", "import", session["notation.json"]);
        await File.WriteAllTextAsync(session["cosign.yaml"], KeyPolicy, cancellationToken);
        await File.WriteAllTextAsync(session["notation.yaml"], CertificatePolicy, cancellationToken);

        var tagged = await PushAsync("cosign-tag", cancellationToken);
        await RunAsync(cosign2, cancellationToken, "sign", "--key", session["cosign.key"], "--tlog-upload=false", "-y", tagged);
        var bundled = await PushAsync("sigstore-bundle", cancellationToken);
        await RunAsync(
            cosign3, cancellationToken,
            "sign", "--key", session["cosign.key"], "--signing-config", session["signing.json"], "--trusted-root", session["root.json"], "-y", bundled);
        var jws = await PushAsync("notation-jws", cancellationToken);
        await RunAsync(notation, cancellationToken, "sign", "--insecure-registry", "--signature-format", "jws", "--key", NotationKey, jws);
        var cose = await PushAsync("notation-cose", cancellationToken);
        await RunAsync(notation, cancellationToken, "sign", "--insecure-registry", "--signature-format", "cose", "--key", NotationKey, cose);
        string[] byKey = ["verify", "--key", session["cosign.pub"], "--insecure-ignore-tlog=true"];
        string[] byCertificate = ["verify", "--insecure-registry"];
        return
        [
            new("cosign tag scheme, P-256", tagged, session["cosign.yaml"], "cosign 2 verify", cosign2.Path, byKey),
            new("Sigstore bundle, P-256", bundled, session["cosign.yaml"], "cosign 3 verify", cosign3.Path, [.. byKey, "--trusted-root", session["root.json"]]),
            new("Notation JWS, RSA 2048", jws, session["notation.yaml"], "notation verify", notation.Path, byCertificate),
            new("Notation COSE, RSA 2048", cose, session["notation.yaml"], "notation verify", notation.Path, byCertificate),
        ];
    }

    private async Task<string> PushAsync(string name, CancellationToken cancellationToken) =>
        (await BusyboxImage.PushAsync(registry, $"bench/{name}", "v1", new ImageContent(), cancellationToken)).Pinned;

    private async Task RunAsync(PeerTool tool, CancellationToken cancellationToken, params string[] arguments) =>
        (await tool.RunAsync(
            new ToolRequest(arguments)
            {
                Environment = new Dictionary<string, string?> { ["COSIGN_PASSWORD"] = Password, ["HOME"] = Home, ["XDG_CONFIG_HOME"] = Home },
                WorkingDirectory = session.Folder,
            },
            cancellationToken)).EnsureSuccess();

    private string KeyPolicy => $"""
        schema: edgesync.dev/trust/v1
        authorities:
          - name: builder
            key: {"{"}file: {session["cosign.pub"]}{"}"}
        releases:
          - authorities: [builder]
        bundles:
          - authorities: [builder]
        """;

    private string CertificatePolicy => $"""
        schema: edgesync.dev/trust/v1
        authorities:
          - name: releaser
            key: {"{"}file: {session["cosign.pub"]}{"}"}
          - name: builder
            x509:
              certificates: [{session[$"notation/truststore/x509/ca/{NotationKey}/{NotationKey}.crt"]}]
              identities: ['*']
        releases:
          - authorities: [releaser]
        bundles:
          - authorities: [builder]
        """;

    private static string NotationPolicy => $$"""
        {"version":"1.0","trustPolicies":[{"name":"bench","registryScopes":["*"],"signatureVerification":{"level":"strict"},
        "trustStores":["ca:{{NotationKey}}"],"trustedIdentities":["*"]}]}
        """;
}
