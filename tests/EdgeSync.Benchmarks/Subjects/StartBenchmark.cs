using System.Diagnostics;
using System.Net.Sockets;
using EdgeSync.Benchmarks.Measuring;
using EdgeSync.Benchmarks.Processes;
using EdgeSync.Testbed;
using EdgeSync.Testbed.Peers;
using EdgeSync.Testbed.Shop;

namespace EdgeSync.Benchmarks.Subjects;

/// <summary>How long the daemon takes to its first word, and to being of use.</summary>
internal sealed class StartBenchmark : IBenchmark
{
    private const double AimMilliseconds = 50;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public string Name => "start";

    public string Title => "from exec to the first log line";

    public async Task<Findings> RunAsync(BenchContext context, CancellationToken cancellationToken)
    {
        await using var session = await TestbedSession.StartAsync(cancellationToken);
        var configuration = await WriteSiteAsync(context.Program, session, cancellationToken);
        var oras = await PeerTool.OrasAsync(cancellationToken);
        List<double> first = [], ready = [], verb = [], peer = [];
        var line = "";
        for (var run = 0; run <= context.Options.Runs; run++)
        {
            // In turn, so that the load of the moment meets all of them alike.
            var readyAfter = TimeSpan.Zero;
            var daemon = await FirstLine.ReadAsync(
                context.Program.Path, ["run", "--config", configuration.FilePath], cancellationToken,
                async started => readyAfter = await AwaitReadyAsync(Path.Combine(configuration.Folder, "run", "edgesync.sock"), started, cancellationToken));
            var version = await FirstLine.ReadAsync(context.Program.Path, ["version"], cancellationToken);
            var other = await FirstLine.ReadAsync(oras.Path, ["version"], cancellationToken);
            line = daemon.Text;
            if (run > 0)
            {
                // The first of each only brings the files into memory.
                first.Add(daemon.After.TotalMilliseconds);
                ready.Add(readyAfter.TotalMilliseconds);
                verb.Add(version.After.TotalMilliseconds);
                peer.Add(other.After.TotalMilliseconds);
            }
        }

        var daemonStart = new Samples(first);
        return new Findings(
            Measurement.AtMost("edgesync run: first log line, median", daemonStart.Median, AimMilliseconds, "ms", daemonStart.Describe("ms")),
            new Measurement("edgesync run: socket for 'status' and mirror open", new Samples(ready).Describe("ms")),
            new Measurement("edgesync version: first line", new Samples(verb).Describe("ms")),
            new Measurement("oras version (peer): first line", new Samples(peer).Describe("ms")))
        {
            Notes =
            [
                $"From before `fork` and `exec` of the child until its first line has come through the pipe; files are warm. The first line is `{line}`: the configuration is read and checked by then, the network not touched. The peer, oras, is a program of Go that prints its version and does nothing else: it is the counterpart of `edgesync version`, and shows what a process costs here at this load. There is no cluster in this benchmark.",
            ],
        };
    }

    private static async Task<SiteConfiguration> WriteSiteAsync(EdgeSyncProgram program, TestbedSession session, CancellationToken cancellationToken)
    {
        var delivery = await ShopDelivery.CreateAsync(program, session["keys"], "127.0.0.1:9", cancellationToken);
        await File.WriteAllTextAsync(session["kubeconfig"], """
            apiVersion: v1
            kind: Config
            clusters: [{name: none, cluster: {server: "https://127.0.0.1:9"}}]
            users: [{name: none, user: {token: none}}]
            contexts: [{name: none, context: {cluster: none, user: none}}]
            current-context: none

            """, cancellationToken);
        File.SetUnixFileMode(session["kubeconfig"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var configuration = new SiteConfiguration
        {
            Folder = session["site"], Delivery = delivery, Registry = "127.0.0.1:9", Kubeconfig = session["kubeconfig"], MirrorPort = session.ReservePort(), Every = "1m",
        };
        await configuration.WriteAsync(cancellationToken);
        return configuration;
    }

    private static async Task<TimeSpan> AwaitReadyAsync(string path, long started, CancellationToken cancellationToken)
    {
        while (true)
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
                return Stopwatch.GetElapsedTime(started);
            }
            catch (SocketException) when (Stopwatch.GetElapsedTime(started) < Patience)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, cancellationToken);
            }
        }
    }
}
