namespace EdgeSync.Testbed.Peers;

/// <summary>A program in a package of Debian whose files run on this machine without being installed.</summary>
internal sealed record DebianTool(string Name, string Package, string Suite)
{
    public static readonly DebianTool Cosign2 = new("cosign2", "cosign", "trixie");
    public static readonly DebianTool Cosign3 = new("cosign3", "cosign", "sid");
    public static readonly DebianTool Notation = new("notation", "notation", "sid");
    public static readonly DebianTool Oras = new("oras", "oras", "trixie");
    public static readonly DebianTool Crane = new("crane", "crane", "sid");
    public static readonly DebianTool Kustomize = new("kustomize", "kustomize", "trixie");

    /// <summary>A TPM and a token in software, the tools that make keys in them, and OpenSSL's provider for the TPM.</summary>
    public static readonly DebianTool KeyHardware = new("key-hardware", "swtpm", "bookworm")
    {
        Others =
        [
            "swtpm-libs", "libtpms0", "tpm2-tools", "tpm2-openssl", "libtss2-esys-3.0.2-0", "libtss2-mu0", "libtss2-rc0", "libtss2-sys1", "libtss2-tctildr0",
            "libtss2-tcti-swtpm0", "softhsm2", "libsofthsm2", "opensc", "opensc-pkcs11",
        ],
    };

    /// <summary>OpenSSL's provider for tokens, which Debian 12 has not.</summary>
    public static readonly DebianTool Pkcs11Provider = new("pkcs11-provider", "pkcs11-provider", "trixie") { File = "usr/lib/x86_64-linux-gnu/ossl-modules/pkcs11.so" };

    /// <summary>OpenSSL for arm64, which the agent loads when it runs in QEMU.</summary>
    public static readonly DebianTool ArmOpenSsl = new("openssl-arm64", "libssl3", "bookworm") { Architecture = "arm64", File = "usr/lib/aarch64-linux-gnu/libssl.so.3" };

    /// <summary>The Go types of Kubernetes' API, which only the tool that refreshes the linter's schemas needs.</summary>
    public static readonly DebianTool KubernetesTypes = new("kubernetes-types", "golang-k8s-api-dev", "sid")
    {
        Others = ["golang-k8s-apimachinery-dev", "golang-k8s-apiextensions-apiserver-dev", "golang-k8s-client-go-dev"],
        File = "usr/share/gocode/src/k8s.io/api/core/v1/types.go",
    };

    public static IReadOnlyList<DebianTool> All { get; } = [Cosign2, Cosign3, Notation, Oras, Crane, Kustomize, KeyHardware, Pkcs11Provider, ArmOpenSsl];

    /// <summary>Debian's name of the processor that it runs on.</summary>
    public string Architecture { get; init; } = "amd64";

    /// <summary>Packages that are unpacked into the same folder.</summary>
    public IReadOnlyList<string> Others { get; init; } = [];

    /// <summary>What the package is wanted for, inside its folder.</summary>
    public string File { get; init; } = $"usr/bin/{Package}";
}
