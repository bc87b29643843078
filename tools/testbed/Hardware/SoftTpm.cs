using System.Globalization;
using System.Net;
using System.Net.Sockets;
using EdgeSync.Testbed.Peers;
using EdgeSync.Testbed.Processes;

namespace EdgeSync.Testbed.Hardware;

/// <summary>swtpm on a port of 127.0.0.1: a TPM 2.0 that can be pulled, put in again, and made to hang.</summary>
public sealed class SoftTpm
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(20);
    private readonly TestbedSession _session;
    private readonly KeyProviders _providers;
    private readonly int _port;
    private readonly string _folder;
    private ManagedProcess? _process;

    private SoftTpm(TestbedSession session, KeyProviders providers, int port)
    {
        _session = session;
        _providers = providers;
        _port = port;
        _folder = Directory.CreateDirectory(session["tpm"]).FullName;
        var address = string.Create(CultureInfo.InvariantCulture, $"swtpm:host=127.0.0.1,port={_port}");
        Environment = new Dictionary<string, string?>(providers.Environment) { ["TPM2OPENSSL_TCTI"] = address, ["TPM2TOOLS_TCTI"] = address };
    }

    /// <summary>What a program needs that reaches this TPM.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; }

    public static async Task<SoftTpm> StartAsync(TestbedSession session, KeyProviders providers)
    {
        // Whoever talks to swtpm looks for its control channel on the port above.
        var tpm = new SoftTpm(session, providers, await session.ReservePortPairAsync());
        await tpm.PutInAsync();
        return tpm;
    }

    /// <summary>Makes a key and puts it at a persistent handle, as an operator does it.</summary>
    public async Task CreateKeyAsync(string handle, string kind = "ecc256:ecdsa-sha256", string use = "sign")
    {
        await RunAsync("tpm2_createprimary", "-Q", "-C", "o", "-G", kind, "-a", $"fixedtpm|fixedparent|sensitivedataorigin|userwithauth|noda|{use}", "-c", "key.ctx");
        await RunAsync("tpm2_evictcontrol", "-Q", "-C", "o", "-c", "key.ctx", handle);

        // There is no resource manager in front of it that would make room.
        await RunAsync("tpm2_flushcontext", "-t");
    }

    /// <summary>Has it there again, with the keys that it had.</summary>
    public async Task PutInAsync()
    {
        string[] arguments =
        [
            "socket", "--tpm2", "--tpmstate", $"dir={_folder}", "--flags", "not-need-init,startup-clear",
            "--server", $"type=tcp,port={_port},bindaddr=127.0.0.1", "--ctrl", $"type=tcp,port={_port + 1},bindaddr=127.0.0.1",
        ];
        _process = _session.Start(new ProcessRequest("swtpm", _providers.ProgramOf("swtpm"), arguments) { Environment = Environment });
        await _process.UntilAsync("its port", StartTimeout, ListensAsync);
    }

    /// <summary>Takes it away.</summary>
    public Task PullAsync() => _process!.KillAsync();

    /// <summary>Lets it take questions and answer none.</summary>
    public void Freeze() => _process!.Signal(ProcessSignal.Stop);

    public void Thaw() => _process!.Signal(ProcessSignal.Continue);

    private Task<ToolResult> RunAsync(string tool, params string[] arguments) => _providers.RunAsync(tool, Environment, _folder, arguments);

    private async Task<bool> ListensAsync(CancellationToken cancellationToken)
    {
        using var probe = new TcpClient();
        try
        {
            await probe.ConnectAsync(new IPEndPoint(IPAddress.Loopback, _port), cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
