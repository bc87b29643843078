using System.ComponentModel;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using EdgeSync.Testbed.Peers;
using EdgeSync.Testbed.Processes;

namespace EdgeSync.Testbed.Networks;

/// <summary>
/// A network namespace without any interface but a loopback that is down: what a program in it has of the network is what is given to it here.
/// It goes with the run. Needs root.
/// </summary>
public sealed class NetworkNamespace : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(10);
    private readonly ManagedProcess _holder;
    private readonly CancellationTokenSource _ending = new();
    private readonly List<Socket> _listeners = [];
    private readonly List<Task> _loops = [];

    private NetworkNamespace(ManagedProcess holder) => _holder = holder;

    private string File => $"/proc/{_holder.Identity.Id.ToString(CultureInfo.InvariantCulture)}/ns/net";

    public static async Task<NetworkNamespace> StartAsync(TestbedSession session, CancellationToken cancellationToken = default)
    {
        // Nothing in it runs but a sleep, which holds it.
        var holder = session.Start(new ProcessRequest("network-namespace", "unshare", "--net", "sleep", "infinity"));
        var space = new NetworkNamespace(holder);
        var own = System.IO.File.ResolveLinkTarget("/proc/self/ns/net", returnFinalTarget: false)!.Name;
        await holder.UntilAsync(
            "its own network",
            StartTimeout,
            _ => Task.FromResult(System.IO.File.ResolveLinkTarget(space.File, returnFinalTarget: false)?.Name is { } name && name != own),
            cancellationToken);
        return space;
    }

    /// <summary>The command that runs a command in here.</summary>
    public string[] Wrap(params string[] command) => ["nsenter", $"--net={File}", "--", .. command];

    /// <summary>Runs a program in here to its end.</summary>
    public Task<ToolResult> RunAsync(params string[] command) =>
        PeerTool.Installed("nsenter").RunAsync(CancellationToken.None, [.. Wrap(command).Skip(1)]);

    /// <summary>Brings the loopback interface up, as a machine does that has no network.</summary>
    public async Task RaiseLoopbackAsync() => (await RunAsync("ip", "link", "set", "lo", "up")).EnsureSuccess();

    /// <summary>Makes a port of the machine's loopback one of this loopback too.</summary>
    public void BringIn(int port) => Forward(Inside(() => Listen(port)), port, () => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));

    /// <summary>Makes a port of this loopback one of the machine's loopback too.</summary>
    public void BringOut(int port) =>
        Forward(Listen(port), port, () => Inside(() => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)));

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        foreach (var listener in _listeners)
        {
            listener.Dispose();
        }

        await Task.WhenAll(_loops);
        await _holder.DisposeAsync();
        _ending.Dispose();
    }

    private static Socket Listen(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
        socket.Listen();
        return socket;
    }

    // A socket belongs for ever to the namespace of the thread that makes it; the thread is then thrown away.
    private Socket Inside(Func<Socket> make)
    {
        Socket? made = null;
        Exception? fault = null;
        var thread = new Thread(() =>
        {
            try
            {
                using var space = System.IO.File.OpenHandle(File);
                if (NativeMethods.SetNamespace(space, NativeMethods.NetworkNamespace) != 0)
                {
                    throw new Win32Exception(Marshal.GetLastPInvokeError());
                }

                made = make();
            }
            catch (Exception failure) when (failure is IOException or Win32Exception)
            {
                fault = failure;
            }
        });
        thread.Start();
        thread.Join();
        return made ?? throw new TestbedException("NamespaceUnusable", $"cannot make a socket in another network: {fault?.Message}", fault);
    }

    private void Forward(Socket listener, int port, Func<Socket> create)
    {
        _listeners.Add(listener);
        _loops.Add(AcceptAsync(listener, port, create));
    }

    private async Task AcceptAsync(Socket listener, int port, Func<Socket> create)
    {
        var open = new List<Task>();
        try
        {
            while (true)
            {
                open.Add(ConnectAsync(await listener.AcceptAsync(_ending.Token), port, create));
            }
        }
        catch (Exception failure) when (failure is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The namespace ends.
        }

        await Task.WhenAll(open);
    }

    private async Task ConnectAsync(Socket accepted, int port, Func<Socket> create)
    {
        using var near = accepted;
        using var far = create();
        try
        {
            await far.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), _ending.Token);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(_ending.Token);
            await Task.WhenAny(CopyAsync(near, far, both.Token), CopyAsync(far, near, both.Token));
            await both.CancelAsync();
        }
        catch (Exception failure) when (failure is OperationCanceledException or SocketException)
        {
            // Nobody listens there: the caller sees that its connection closes.
        }
    }

    private static async Task CopyAsync(Socket from, Socket to, CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer, cancellationToken) is > 0 and var read)
            {
                await to.SendAsync(buffer.AsMemory(0, read), cancellationToken);
            }
        }
        catch (Exception failure) when (failure is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // One side is gone: so is the connection.
        }
    }
}
