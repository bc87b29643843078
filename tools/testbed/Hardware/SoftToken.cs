using EdgeSync.Testbed.Peers;

namespace EdgeSync.Testbed.Hardware;

/// <summary>A token in software (SoftHSM), named <c>site</c>, with its PIN in a file.</summary>
public sealed class SoftToken
{
    private const string Pin = "4321";
    private readonly KeyProviders _providers;
    private readonly string _folder;
    private readonly string _objects;
    private readonly string _pulled;

    private SoftToken(TestbedSession session, KeyProviders providers)
    {
        _providers = providers;
        _folder = Directory.CreateDirectory(session["token"]).FullName;
        _objects = Directory.CreateDirectory(Path.Combine(_folder, "objects")).FullName;
        _pulled = Directory.CreateDirectory(Path.Combine(_folder, "pulled")).FullName;
        PinFile = Path.Combine(_folder, "pin");
        Environment = new Dictionary<string, string?>(providers.Environment)
        {
            ["PKCS11_PROVIDER_MODULE"] = providers.TokenModule,
            ["SOFTHSM2_CONF"] = Path.Combine(_folder, "softhsm2.conf"),
        };
    }

    /// <summary>What a program needs that reaches this token.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; }

    public string PinFile { get; }

    public static async Task<SoftToken> CreateAsync(TestbedSession session, KeyProviders providers)
    {
        var token = new SoftToken(session, providers);
        await File.WriteAllTextAsync(token.Environment["SOFTHSM2_CONF"]!, $"directories.tokendir = {token._objects}\nobjectstore.backend = file\nlog.level = ERROR\n");
        token.WritePin(Pin);
        await token.RunAsync("softhsm2-util", "--module", providers.TokenModule, "--init-token", "--free", "--label", "site", "--so-pin", "12345678", "--pin", Pin);
        return token;
    }

    /// <summary>Writes the PIN's file, for root alone.</summary>
    public void WritePin(string pin)
    {
        File.WriteAllText(PinFile, pin + "\n");
        File.SetUnixFileMode(PinFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    /// <summary>The address of a key in this token, as edgesync takes it.</summary>
    public string AddressOf(string label) => $"pkcs11:token=site;object={label}?pin-source=file:{PinFile}";

    /// <summary>Makes a key, as an operator does it.</summary>
    public Task CreateKeyAsync(string label, string kind) =>
        RunAsync("pkcs11-tool", "--module", _providers.TokenModule, "--token-label", "site", "--login", "--pin", Pin, "--keypairgen", "--key-type", kind, "--label", label);

    /// <summary>Takes the public half of a key out of the token, into a PEM file.</summary>
    public async Task<string> ReadPublicKeyAsync(string label)
    {
        var (der, pem) = (Path.Combine(_folder, label + ".der"), Path.Combine(_folder, label + ".pem"));
        await RunAsync("pkcs11-tool", "--module", _providers.TokenModule, "--token-label", "site", "--read-object", "--type", "pubkey", "--label", label, "-o", der);
        (await PeerTool.Installed("openssl").RunAsync(CancellationToken.None, "pkey", "-pubin", "-inform", "DER", "-in", der, "-out", pem)).EnsureSuccess();
        return pem;
    }

    /// <summary>Pulls the token; its slot stays.</summary>
    public void Pull() => Move(_objects, _pulled);

    public void PutIn() => Move(_pulled, _objects);

    private static void Move(string from, string to)
    {
        foreach (var token in Directory.GetDirectories(from))
        {
            Directory.Move(token, Path.Combine(to, Path.GetFileName(token)));
        }
    }

    private Task<ToolResult> RunAsync(string tool, params string[] arguments) => _providers.RunAsync(tool, Environment, _folder, arguments);
}
