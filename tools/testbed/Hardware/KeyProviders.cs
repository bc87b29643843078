using EdgeSync.Testbed.Peers;

namespace EdgeSync.Testbed.Hardware;

/// <summary>OpenSSL's providers for a TPM and for tokens, and their tools: downloaded once, and not installed.</summary>
public sealed class KeyProviders
{
    private const string Libraries = "usr/lib/x86_64-linux-gnu";
    private readonly string _root;

    private KeyProviders(string root, string modules)
    {
        _root = root;
        Environment = new Dictionary<string, string?>
        {
            ["OPENSSL_MODULES"] = modules,
            ["LD_LIBRARY_PATH"] = $"{Path.Combine(root, Libraries)}:{Path.Combine(root, Libraries, "swtpm")}",

            // The TPM's libraries write each failure to standard error by themselves.
            ["TSS2_LOG"] = "all+none",
        };
    }

    /// <summary>What a program needs that reaches keys in hardware.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; }

    /// <summary>The token in software, as a PKCS#11 module.</summary>
    public string TokenModule => Path.Combine(_root, Libraries, "softhsm", "libsofthsm2.so");

    public static async Task<KeyProviders> PrepareAsync(TestbedSession session, CancellationToken cancellationToken = default)
    {
        var program = await DebianArchive.FetchAsync(DebianTool.KeyHardware, cancellationToken);
        var root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(program)!, "..", ".."));
        var modules = Directory.CreateDirectory(session["openssl-modules"]).FullName;
        Link(modules, Path.Combine(root, Libraries, "ossl-modules", "tpm2.so"));
        Link(modules, await DebianArchive.FetchAsync(DebianTool.Pkcs11Provider, cancellationToken));
        return new KeyProviders(root, modules);
    }

    /// <summary>The path of one of the tools.</summary>
    public string ProgramOf(string tool) => Path.Combine(_root, "usr", "bin", tool);

    /// <summary>Runs one of the tools, which must succeed.</summary>
    public async Task<ToolResult> RunAsync(string tool, IReadOnlyDictionary<string, string?> environment, string folder, params string[] arguments)
    {
        var request = new ToolRequest(arguments) { Environment = environment, WorkingDirectory = folder };
        return (await PeerTool.At(ProgramOf(tool)).RunAsync(request)).EnsureSuccess();
    }

    private static void Link(string folder, string module)
    {
        var link = Path.Combine(folder, Path.GetFileName(module));
        if (!File.Exists(link))
        {
            File.CreateSymbolicLink(link, module);
        }
    }
}
